/* Progressive enhancement only: every page reads and submits without this file, and the server
   checks everything again. No eval, no inline handlers; listeners are delegated where htmx may swap. */
(function () {
  'use strict';
  var $ = function (s, r) { return (r || document).querySelector(s); };
  var $$ = function (s, r) { return Array.prototype.slice.call((r || document).querySelectorAll(s)); };
  function on(type, selector, act) {
    document.addEventListener(type, function (e) {
      var hit = e.target.closest && e.target.closest(selector);
      if (hit) act(hit, e);
    });
  }

  /* Theme: the system's until chosen. The cookie lets the server print it, so pages do not flash;
     storage remembers it for pages rendered without a request. */
  var root = document.documentElement;
  function stored() { try { return localStorage.theme; } catch (e) { return ''; } }
  if (!root.dataset.theme && stored()) root.dataset.theme = stored();
  on('click', '[data-theme-toggle]', function () {
    var dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    document.cookie = 'theme=' + root.dataset.theme + ';path=/;max-age=31536000;samesite=lax';
    try { localStorage.theme = root.dataset.theme; } catch (e) { /* private mode: the cookie is enough */ }
  });

  /* "/" goes to the search field: the page's own filter, else the one in the side bar. */
  document.addEventListener('keydown', function (e) {
    if (e.key !== '/' || e.ctrlKey || e.metaKey || e.altKey || /INPUT|TEXTAREA|SELECT/.test(e.target.tagName)) return;
    var field = $('[data-filter]') || $('[data-quick]');
    if (field) { e.preventDefault(); field.focus(); }
  });

  on('click', '[data-close]', function (button) { button.parentNode.remove(); });
  on('click', '[data-print]', function () { window.print(); });
  on('click', '[data-back]', function (link, e) { if (history.length > 1) { e.preventDefault(); history.back(); } });

  /* A filter form submits when a choice changes; where htmx drives it, htmx listens itself. */
  on('change', 'form[data-autosubmit] select, form[data-autosubmit] [type=checkbox], form[data-autosubmit] [type=radio]', function (field) {
    if (!(window.htmx && field.form.hasAttribute('hx-get'))) field.form.requestSubmit();
  });

  /* Tabs: arrow keys walk; without scripts the panels simply follow each other. */
  $$('[data-tabs]').forEach(function (list) {
    var tabs = $$('a', list);
    function panel(tab) { return document.getElementById(tab.getAttribute('href').slice(1)); }
    function show(tab, focus) {
      tabs.forEach(function (x) {
        x.setAttribute('aria-selected', x === tab); x.tabIndex = x === tab ? 0 : -1;
        panel(x).hidden = x !== tab;
      });
      if (focus) tab.focus();
    }
    list.setAttribute('role', 'tablist');
    tabs.forEach(function (tab, i) {
      tab.setAttribute('role', 'tab');
      panel(tab).setAttribute('role', 'tabpanel');
      tab.addEventListener('click', function (e) { e.preventDefault(); show(tab); history.replaceState(null, '', tab.getAttribute('href')); });
      tab.addEventListener('keydown', function (e) {
        var step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
        if (step) { e.preventDefault(); show(tabs[(i + step + tabs.length) % tabs.length], true); }
      });
    });
    show(tabs.filter(function (t) { return t.getAttribute('href') === location.hash; })[0] || tabs[0]);
  });

  /* Picking rows of a list: the bar with what can be done appears once something is picked. */
  function picked() {
    var bar = $('[data-bulk]'), boxes = $$('[data-pick]'), all = $('[data-pick-all]');
    if (!bar) return;
    var n = boxes.filter(function (box) { box.closest('tr').classList.toggle('is-picked', box.checked); return box.checked; }).length;
    bar.hidden = !n; $('[data-picked]', bar).textContent = n;
    if (all) { all.checked = n > 0 && n === boxes.length; all.indeterminate = n > 0 && n < boxes.length; }
  }
  on('change', '[data-pick]', picked);
  on('change', '[data-pick-all]', function (all) { $$('[data-pick]').forEach(function (box) { box.checked = all.checked; }); picked(); });
  on('click', '[data-clear]', function () { $$('[data-pick]').forEach(function (box) { box.checked = false; }); picked(); });
  document.addEventListener('htmx:afterSwap', picked);
  picked();

  /* A chosen file is named and measured beside the button. */
  on('change', '.upload input[type=file]', function (input) {
    $('[data-chosen]', input.parentNode).textContent = Array.prototype.map.call(input.files, function (f) {
      return f.name + '，' + (f.size < 1048576 ? Math.ceil(f.size / 1024) + ' KB' : (f.size / 1048576).toFixed(1) + ' MB');
    }).join('；');
  });

  /* Ballots: quorum and majority as one types. More than half of those entitled, both times;
     written opinions count as votes, not as presence. A hint: the server decides. */
  $$('form[data-ballot]').forEach(function (form) {
    function number(name) { var f = $('[data-vote=' + name + ']', form); return f && f.value !== '' ? +f.value : NaN; }
    function tell(id, ok, text) {
      var li = document.getElementById('chk-' + id); if (!li) return;
      li.className = ok === null ? '' : ok ? 'is-ok' : 'is-bad';
      $('use', li).setAttribute('href', ok === null ? '#g-wait' : ok ? '#g-ok' : '#g-bad');
      $('.glyph', li).setAttribute('class', 'glyph ' + (ok === null ? '' : ok ? 'is-ok' : 'is-overdue'));
      $('b', li).textContent = text;
    }
    function bar(id, n, total, need) {
      var m = document.getElementById('bar-' + id); if (!m) return;
      $('i', m).style.setProperty('--p', Math.min(100, n / total * 100 || 0) + '%');
      $('i', m).className = n < need ? 'is-bad' : '';
      $('b', m).style.setProperty('--p', need / total * 100 + '%');
      document.getElementById('num-' + id).textContent = (isNaN(n) ? '—' : n) + ' / ' + total + '，至少 ' + need;
    }
    function check() {
      var eligible = number('eligible'), present = number('present'), written = number('written') || 0, yes = number('in_favour');
      if (!(eligible >= 1)) return;
      var need = Math.floor(eligible / 2) + 1, ballots = present + written;
      var sum = yes + (number('against') || 0) + (number('abstained') || 0);
      tell('present', isNaN(present) ? null : present >= need && present <= eligible,
        present > eligible ? '实到多于应到' : '到会 ' + (present || 0) + ' 人，须至少 ' + need + ' 人');
      tell('sum', isNaN(sum) || isNaN(ballots) ? null : sum === ballots, '票数合计 ' + (sum || 0) + '，应为 ' + (ballots || 0));
      tell('in_favour', isNaN(yes) ? null : yes >= need, '赞成 ' + (yes || 0) + ' 票，须至少 ' + need + ' 票');
      bar('present', present, eligible, need); bar('in_favour', yes, eligible, need);
    }
    form.addEventListener('input', check); check();
  });

  /* Ledger sheet: click or arrow keys walk the cells; the line above says whose and what. */
  $$('[data-sheet]').forEach(function (sheet) {
    var heads = $$('thead tr:last-child th', sheet), name = $('[data-cell]'), value = $('[data-cellval]');
    var frozen = $$('thead .fz', sheet).length;
    function go(td) {
      if (!td || !td.hasAttribute('tabindex')) return;
      td.focus(); td.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    sheet.addEventListener('click', function (e) { if (e.target.tagName === 'TD') go(e.target); });
    sheet.addEventListener('focusin', function (e) {
      var td = e.target; if (td.tagName !== 'TD') return;
      name.textContent = $('.name', td.parentNode).textContent + '　' + heads[td.cellIndex - frozen].textContent;
      value.textContent = td.title || td.textContent;
    });
    sheet.addEventListener('keydown', function (e) {
      var td = e.target, i = td.cellIndex, tr = td.parentNode, to = null;
      if (td === sheet && e.key.indexOf('Arrow') === 0) to = $('td[tabindex]', sheet);
      else if (e.key === 'ArrowRight') to = td.nextElementSibling;
      else if (e.key === 'ArrowLeft') to = td.previousElementSibling;
      else if (e.key === 'ArrowDown') to = tr.nextElementSibling && tr.nextElementSibling.cells[i];
      else if (e.key === 'ArrowUp') to = tr.previousElementSibling && tr.previousElementSibling.cells[i];
      if (to) { e.preventDefault(); go(to); }
    });
  });

  /* Two clicks are one submission: the button rests once the form is on its way. */
  document.addEventListener('submit', function (e) {
    if (e.target.method !== 'post' || e.defaultPrevented) return;
    setTimeout(function () { $$('button[type=submit]', e.target).forEach(function (b) { b.disabled = true; }); });
  });
  window.addEventListener('pageshow', function (e) {
    if (e.persisted) $$('form[method=post] button[type=submit]').forEach(function (b) { b.disabled = false; });
  });

  /* A page that came back with errors starts at their summary. */
  var errors = $('.errors[tabindex]'); if (errors) errors.focus({ preventScroll: true });
})();
