"""What those notice who work without a mouse, without the eyes, or with colours of their own."""

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Lead
from alignment.core.live import bus
from alignment.jobs.models import Job
from alignment.sla.tests.handing import handed, mql
from campaigns.insights.tests import scenes as insights
from campaigns.selection.tests import scenes
from tests import cast as play
from tests.browser.journeys import PHONE, Online, wait_until_live
from tests.cast import Cast

FAILED = "document.dispatchEvent(new CustomEvent('toast', {detail: {level: 'danger', text: 'No'}}))"
# Whether a point in the middle of the focused element belongs to it.
AT_HAND = """() => {
  const at = document.activeElement;
  const box = at.getClientRects()[0];
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return top !== null && (at.contains(top) || top.contains(at));
}"""
BACKGROUND = "element => getComputedStyle(element).backgroundColor"


def an_mql(cast: Cast) -> Lead:
    lead = mql(cast.program)
    handed(lead)
    return lead


def place(cast: Cast, path: str) -> str:
    return f"/p/{cast.program.slug}/{path}"


def sent_back(page: Page, cast: Cast, lead: Lead) -> None:
    """To nurture, from its page and by keyboard; a message offers to undo it."""
    page.goto(place(cast, f"leads/{lead.pk}/"))
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="Back to nurture")
    dialog.get_by_role("radiogroup", name="Reason").get_by_role("radio").first.press("Space")
    page.keyboard.press("ControlOrMeta+Enter")


def test_a_message_after_a_page_load_is_said_and_undone_with_a_key(
    cast: Cast, online: Online
) -> None:
    lead = an_mql(cast)
    page = online.person(cast.rep)
    sent_back(page, cast, lead)
    said = page.locator("#said")
    expect(said).to_contain_text("goes back to marketing. Undo Ctrl Z")
    # In a field the same keys undo what was typed there.
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.press("ControlOrMeta+z")
    expect(said).not_to_contain_text("is back")
    page.keyboard.press("Escape")
    page.keyboard.press("ControlOrMeta+z")
    expect(said).to_contain_text("is back")


def test_a_message_reaches_whoever_is_in_a_dialog(cast: Cast, online: Online) -> None:
    lead = an_mql(cast)
    page = online.person(cast.rep)
    page.goto(place(cast, f"leads/{lead.pk}/"))
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog", name="Log an attempt")
    channel = dialog.get_by_role("radio", name="Call")
    expect(channel).to_be_focused()
    page.evaluate(FAILED)
    expect(dialog.get_by_role("status")).to_have_text("No")
    dismiss = dialog.get_by_role("button", name="Dismiss")
    dismiss.press("Enter")
    expect(dismiss).to_have_count(0)
    expect(channel).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("body > #messages")).to_have_count(1)


def test_a_message_in_a_dialog_covers_none_of_its_buttons(cast: Cast, online: Online) -> None:
    lead = an_mql(cast)
    for size in (PHONE, {"width": 1200, "height": 700}):
        page = online.person(cast.rep, viewport=size)
        page.goto(place(cast, f"leads/{lead.pk}/"))
        page.keyboard.press("r")
        dialog = page.get_by_role("dialog", name="Back to nurture")
        expect(dialog.get_by_role("radio").first).to_be_focused()
        page.evaluate(FAILED)
        page.evaluate(FAILED)
        expect(dialog.get_by_role("button", name="Dismiss")).to_have_count(2)
        foot = dialog.locator(".dialog__foot")
        for button in (foot.get_by_role("button"), foot.get_by_role("link", name="Cancel")):
            button.focus()
            assert page.evaluate(AT_HAND), button


def test_what_was_dismissed_is_not_undone(cast: Cast, online: Online) -> None:
    lead = an_mql(cast)
    page = online.person(cast.rep)
    sent_back(page, cast, lead)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    # It leaves for a moment; nothing is to be done meanwhile.
    asked = page.evaluate(
        """() => {
          let asked = false;
          document.querySelector("#toasts form").addEventListener("submit", () => (asked = true));
          document.querySelector("#toasts [data-dismiss]").click();
          document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "z", ctrlKey: true, bubbles: true}));
          return asked;
        }"""
    )
    assert asked is False


def test_dialogs_start_at_their_first_field(cast: Cast, online: Online) -> None:
    page = online.person(cast.owner)
    page.goto(place(cast, "settings/members/"))
    page.get_by_role("button", name="Invite").press("Enter")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    deal = insights.deal(cast)
    page = online.person(cast.rep)
    page.goto(place(cast, f"opportunities/{deal.pk}/"))
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Move the opportunity")
    expect(dialog.get_by_role("radio", checked=True)).to_be_focused()


def test_letters_do_nothing_once_they_are_off(cast: Cast, online: Online) -> None:
    an_mql(cast)
    cast.rep.letter_keys = False
    cast.rep.save()
    page = online.person(cast.rep)
    page.goto(place(cast, "queue/"))
    for key in ("j", "a", "?", "/", "g", "l"):
        page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("ControlOrMeta+k")
    expect(page.locator("#palette-input")).to_be_focused()
    assert page.url.endswith("/queue/")


def test_letters_that_are_off_are_offered_nowhere(cast: Cast, online: Online) -> None:
    cast.rep.letter_keys = False
    cast.rep.save()
    page = online.person(cast.rep)
    page.goto(place(cast, "queue/"))
    search = page.get_by_role("button", name="Search")
    expect(search).to_have_attribute("aria-keyshortcuts", "Control+K Meta+K")
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.locator("dialog[open]")).to_contain_text("Single-letter shortcuts are off.")


def test_sorting_keeps_the_focus_on_its_column(cast: Cast, online: Online) -> None:
    an_mql(cast)
    page = online.person(cast.rep)
    page.goto(place(cast, "leads/"))
    for direction in ("descending", "ascending"):
        page.get_by_role("link", name="In stage since").press("Enter")
        column = page.get_by_role("columnheader", name="In stage since")
        expect(column).to_have_attribute("aria-sort", direction)
        expect(column.get_by_role("link")).to_be_focused()


def test_what_is_found_and_ticked_is_said(cast: Cast, online: Online) -> None:
    for name in ("Larkspur Northern", "Larch Mills"):
        play.lead(cast.program, play.stakeholder(cast.program, play.account(cast.program, name)))
    page = online.person(cast.rep)
    page.goto(place(cast, "leads/"))
    said = page.locator("#said")
    page.locator("main input[type=search]").press_sequentially("larksp")
    expect(said).to_have_text("1 lead")
    page.get_by_label("Owner").first.select_option("nobody")
    page.wait_for_url("**owner=nobody**")
    expect(said).to_have_text("1 lead")
    page.get_by_role("checkbox", name="Choose").last.press("Space")
    expect(said).to_have_text("1 chosen")
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("qqqzzz")
    expect(said).to_contain_text("Nothing found for “qqqzzz”")


def test_only_a_lasting_break_of_the_live_stream_is_said(cast: Cast, online: Online) -> None:
    page = online.person(cast.rep)
    page.clock.install()
    page.goto(place(cast, "queue/"))
    wait_until_live(page)
    said = page.locator("#said")
    expect(said).to_be_empty()
    page.evaluate("document.getElementById('live').dispatchEvent(new Event('htmx:sse:error'))")
    page.clock.fast_forward(4_000)
    expect(said).to_be_empty()
    page.clock.fast_forward(2_000)
    expect(said).to_have_text("Reconnecting…")


def test_the_end_of_a_job_is_said(cast: Cast, online: Online) -> None:
    job = Job.objects.create(program=cast.program, kind=Job.Kind.RESCORE, state=Job.State.RUNNING)
    page = online.person(cast.owner)
    page.goto(place(cast, f"jobs/{job.pk}/"))
    wait_until_live(page)
    Job.objects.in_program(cast.program).update(state=Job.State.DONE, finished_at=timezone.now())
    bus.publish_now(cast.program.pk, f"job-{job.pk}")
    expect(page.locator("#said")).to_have_text("Done")


def test_a_stream_that_comes_and_goes_is_missed_once(cast: Cast, online: Online) -> None:
    page = online.person(cast.rep)
    page.clock.install()
    page.goto(place(cast, "queue/"))
    wait_until_live(page)
    page.evaluate(
        """() => {
          window.heard = [];
          document.addEventListener("say", ({detail}) => heard.push(detail));
        }"""
    )
    for event in ("error", "after:connection", "error"):
        page.locator("#live").dispatch_event(f"htmx:sse:{event}")
        page.clock.fast_forward(1_000)
    page.clock.fast_forward(10_000)
    assert page.evaluate("heard") == ["Reconnecting…"]


def test_a_refused_sign_in_is_read(online: Online, db: None) -> None:
    page = online.visitor()
    page.goto("/sign-in/")
    page.locator("[name=login]").fill("nobody@example.com")
    page.locator("[name=password]").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()


def test_arrows_go_through_the_choices_of_a_vote(cast: Cast, online: Online) -> None:
    scenes.companies(cast, 1)
    page = online.person(cast.sales_manager)
    page.goto(place(cast, "targets/session/"))
    page.get_by_role("button", name="Open the session").click()
    choices = page.locator(".ballot").get_by_role("radio")
    choices.first.press("Space")
    expect(choices.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(choices.last).to_be_checked()
    expect(choices.last).to_be_focused()


def test_the_drawer_takes_the_focus_and_gives_it_back(cast: Cast, online: Online) -> None:
    page = online.person(cast.rep, viewport=PHONE)
    page.goto(place(cast, "leads/"))
    more = page.get_by_role("button", name="More", exact=True)
    more.press("Enter")
    expect(page.locator("#sidebar :focus")).to_have_count(1)
    expect(page.locator(".sheet")).to_have_js_property("inert", True)
    # Escape closes what lies on top.
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(page.locator(".sheet")).to_have_js_property("inert", False)


def test_no_bar_covers_what_has_the_focus(cast: Cast, online: Online) -> None:
    for _ in range(8):
        an_mql(cast)
    page = online.person(cast.rep, viewport={"width": 320, "height": 480})
    page.goto(place(cast, "queue/"))
    page.locator("#queue-rows a.row-link").first.focus()
    wait_until_live(page)
    for key in ["Tab"] * 30 + ["Shift+Tab"] * 30:
        page.keyboard.press(key)
        assert page.evaluate(AT_HAND), page.evaluate("document.activeElement.outerHTML")


def test_forced_colours_show_the_row_and_the_result_at_hand(cast: Cast, online: Online) -> None:
    an_mql(cast)
    page = online.person(cast.rep, forced_colors="active")
    page.goto(place(cast, "queue/"))
    page.keyboard.press("j")
    row = page.locator("#queue-rows tr[data-active]")
    assert row.evaluate("row => getComputedStyle(row).outlineStyle") == "solid"
    assert stands_out(page, ".nav__link")
    assert stands_out(page, ".tabs__tab")
    page.keyboard.press("ControlOrMeta+k")
    selected = page.locator(".palette__item[aria-selected=true]")
    other = page.locator(".palette__item[aria-selected=false]").first
    assert selected.evaluate(BACKGROUND) != other.evaluate(BACKGROUND)


def stands_out(page: Page, kind: str) -> bool:
    current = page.locator(f"{kind}[aria-current]").first.evaluate(BACKGROUND)
    other = page.locator(f"{kind}:not([aria-current])").first.evaluate(BACKGROUND)
    return bool(current != other)
