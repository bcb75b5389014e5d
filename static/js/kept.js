/* What somebody typed outlives a session that ends meanwhile, and an error of ours: it is kept in this tab alone, over the
   login, and put back into the same form for the same user, to be looked at and sent again. */
(function () {
  'use strict';
  var KEY = 'kept-form', HOUR = 3600000, user = document.body.dataset.user, last = null;

  function read() { try { return JSON.parse(sessionStorage.getItem(KEY)); } catch (e) { return null; } }
  function write(value) {
    try {
      if (value) sessionStorage.setItem(KEY, JSON.stringify(value)); else sessionStorage.removeItem(KEY);
    } catch (e) { /* no storage: as without this file */ }
  }
  function isTicked(field) { return field.type === 'checkbox' || field.type === 'radio'; }
  function fieldsOf(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !/^(hidden|password|file|submit|button|fieldset)$/.test(field.type);
    });
  }
  function keep(form, isLost) {
    write({
      user: user, path: location.pathname, at: Date.now(), isLost: isLost,
      fields: fieldsOf(form).map(function (field) { return [field.name, field.value, isTicked(field) && field.checked]; })
    });
  }

  /* Whether the form has taken up what was kept: every value goes into the next field of its name. */
  function restore(form, values) {
    var left = fieldsOf(form), found = 0;
    values.forEach(function (was) {
      var i = left.findIndex(function (field) { return field.name === was[0] && (!isTicked(field) || field.value === was[1]); });
      if (i < 0) return;
      var field = left.splice(i, 1)[0];
      if (isTicked(field)) field.checked = was[2]; else field.value = was[1];
      found += 1;
    });
    return found > 0;
  }

  var kept = read();
  if (kept && (!user || location.pathname.indexOf('/login/') === 0)) {
    kept.isLost = true;  // the login, or an error page: what was on its way did not arrive
    write(kept);
  } else if (kept && (!kept.isLost || kept.user !== user || Date.now() - kept.at > HOUR)) {
    write(null);
  } else if (kept && kept.path === location.pathname) {
    write(null);
    Array.prototype.some.call(document.querySelectorAll('#main form[method=post]'), function (form) {
      if (!restore(form, kept.fields)) return false;
      document.getElementById('kept-form').hidden = false;
      form.dispatchEvent(new Event('input', { bubbles: true }));
      return true;
    });
  }
  if (!user) return;

  function isKept(form) { return form && form.method === 'post' && form.closest('#main'); }
  document.addEventListener('input', function (e) { if (isKept(e.target.form)) last = e.target.form; });
  document.addEventListener('submit', function (e) { if (isKept(e.target)) keep(e.target, false); });
  /* The mark of unread notices finds out first that the session is over, and makes the whole page ask for the login. */
  document.addEventListener('htmx:beforeOnLoad', function (e) { if (last && e.detail.xhr.status === 401) keep(last, true); });
})();
