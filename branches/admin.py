"""Organisation data for the system administrator: units, people, logins, posts, the calendar. No candidate is here."""

from django import forms
from django.contrib import admin, messages
from django.utils import timezone

from branches.actions.people import add_person, change_person
from branches.actions.postings import end_posting, open_posting
from branches.actions.refusals import NotYours, Refused
from branches.actions.units import change_unit, open_unit
from branches.actions.users import create_user, reset_password, set_active
from branches.forms.refusals import add_refusal
from branches.models import CalendarYear, Department, Person, Posting, Unit, User, Workday
from branches.offices import Office
from branches.queries.posts import is_system_administrator
from branches.rules import GIVEN_BY_ADMINISTRATOR


class Organisation(admin.ModelAdmin):
    """Open to the system administrator; nothing is ever deleted, because history and posts point at it."""

    actions = None

    def has_module_permission(self, request):
        return is_system_administrator(request.user, timezone.localdate())

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def has_add_permission(self, request):
        return self.has_module_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False


class VerbForm(forms.ModelForm):
    """Saves through a verb, whose refusals stand beside the fields; ``call`` says which, with what."""

    def _post_clean(self):
        # After Django's own checks of the model, which would take what the verb saved for a duplicate.
        super()._post_clean()
        if self.errors:
            return
        try:
            self.saved = self.call(by=self.request.user, now=timezone.now())
        except Refused as refusal:
            add_refusal(self, refusal)
        except NotYours:
            self.add_error(None, "这项职务或党组织不由系统管理员办理。")

    def save(self, commit=True):
        self.save_m2m = lambda: None
        return self.saved


class ByVerb(Organisation):
    """A page whose form has saved already when the admin asks for it."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        return type("BoundForm", (super().get_form(request, obj, change=change, **kwargs),), {"request": request})

    def save_model(self, request, obj, form, change):
        """The verb in the form has done it."""

    def save_related(self, request, form, formsets, change):
        """Nothing here has related rows of its own."""


class UnitAdminForm(VerbForm):
    class Meta:
        model = Unit
        fields = ("name", "short_name", "kind", "parent", "may_approve", "digest_hour", "is_active")

    def call(self, **who):
        values = dict(self.cleaned_data)
        if self.instance.pk:
            return change_unit(unit=self.instance, **values, **who)
        values.pop("digest_hour"), values.pop("is_active")
        return open_unit(**values, **who)


@admin.register(Unit)
class UnitAdmin(ByVerb):
    form = UnitAdminForm
    list_display = ("name", "short_name", "kind", "parent", "may_approve", "is_active")
    search_fields = ("name", "short_name")

    def get_readonly_fields(self, request, obj=None):
        # Moving a unit takes its candidates along: that is the party office's page.
        return ("kind", "parent") if obj else ()


class PersonAdminForm(VerbForm):
    class Meta:
        model = Person
        fields = (
            "staff_number", "name", "category", "department", "unit", "political_status", "member_since_on", "email", "left_on",
        )  # fmt: skip

    def call(self, **who):
        if self.instance.pk:
            return change_person(person=self.instance, **self.cleaned_data, **who)
        return add_person(**self.cleaned_data, **who)


@admin.register(Person)
class PersonAdmin(ByVerb):
    form = PersonAdminForm
    list_display = ("name", "staff_number", "department", "unit", "left_on")
    search_fields = ("name", "staff_number", "pinyin", "initials")
    autocomplete_fields = ("department", "unit")


class UserAdminForm(VerbForm):
    new_password = forms.BooleanField(label="重设初始密码", required=False)

    class Meta:
        model = User
        fields = ("person", "username", "is_active")

    first_password = ""

    def call(self, **who):
        asked = self.cleaned_data
        if self.instance.pk is None:
            user, self.first_password = create_user(person=asked["person"], username=asked["username"], **who)
            return user
        user = set_active(user=self.instance, is_active=asked["is_active"], **who)
        if asked.get("new_password"):
            self.first_password = reset_password(user=user, **who)
        return user


@admin.register(User)
class UserAdmin(ByVerb):
    form = UserAdminForm
    list_display = ("username", "person", "is_active", "must_change_password", "last_login")
    search_fields = ("username", "person__name", "person__staff_number")
    autocomplete_fields = ("person",)

    def get_fields(self, request, obj=None):
        return ("person", "username", "is_active", "new_password") if obj else ("person", "username")

    def get_readonly_fields(self, request, obj=None):
        return ("person", "username") if obj else ()

    def save_model(self, request, obj, form, change):
        if form.first_password:
            messages.warning(
                request, f"{obj} 的初始密码：{form.first_password}。只显示这一次，三天内有效，登录后须立即修改。"
            )


class PostingAdminForm(VerbForm):
    class Meta:
        model = Posting
        fields = ("person", "office", "unit", "starts_on", "ends_on", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "office" in self.fields:
            given = [(office.value, office.label) for office in Office if office in GIVEN_BY_ADMINISTRATOR]
            self.fields["office"].choices = [("", "---------"), *given]

    def call(self, **who):
        asked = self.cleaned_data
        if self.instance.pk is None:
            asked = {name: asked[name] for name in ("person", "office", "unit", "starts_on", "reason")}
            return open_posting(**asked, **who)
        return end_posting(posting=self.instance, ends_on=asked["ends_on"], reason=asked["reason"], **who)


@admin.register(Posting)
class PostingAdmin(ByVerb):
    form = PostingAdminForm
    list_display = ("person", "office", "unit", "starts_on", "ends_on")
    list_filter = ("office",)
    search_fields = ("person__name", "person__staff_number")
    autocomplete_fields = ("person", "unit")

    def get_fields(self, request, obj=None):
        ends = ("ends_on",) if obj else ()
        return ("person", "office", "unit", "starts_on", *ends, "reason")

    def get_readonly_fields(self, request, obj=None):
        return ("person", "office", "unit", "starts_on") if obj else ()

    def has_change_permission(self, request, obj=None):
        # What the party office gives, the administrator sees and leaves alone.
        return super().has_change_permission(request, obj) and (
            obj is None or (obj.office in GIVEN_BY_ADMINISTRATOR and obj.ends_on is None)
        )


@admin.register(Department)
class DepartmentAdmin(Organisation):
    search_fields = ("name",)


class ReadOnly(Organisation):
    """What the party office keeps on a page of its own, because limits are judged anew by every change."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Workday)
class WorkdayAdmin(ReadOnly):
    list_display = ("day", "kind", "name", "source")
    list_filter = ("kind",)
    date_hierarchy = "day"


@admin.register(CalendarYear)
class CalendarYearAdmin(ReadOnly):
    list_display = ("year", "source")
