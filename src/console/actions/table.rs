//! The rows of the table.

use super::Entry;
use super::Place::{
    self, Activity, Add, Columns, Confirm, ConfirmSend, Detail, Edit, FilterBar, Invitations, Layers, Menu, Pager, Palette, Plan, Preview,
    Prompt, Reports, Screens, SetUp, Transmission, Working,
};
use crate::console::keys::Key;
use crossterm::event::KeyCode;

const UP: Key = Key::named(KeyCode::Up);
const DOWN: Key = Key::named(KeyCode::Down);
const LEFT: Key = Key::named(KeyCode::Left);
const RIGHT: Key = Key::named(KeyCode::Right);
const ENTER: Key = Key::named(KeyCode::Enter);
const ESC: Key = Key::named(KeyCode::Esc);
const TAB: Key = Key::named(KeyCode::Tab);
const BACK_TAB: Key = Key::named(KeyCode::BackTab);
const PAGE_UP: Key = Key::named(KeyCode::PageUp);
const PAGE_DOWN: Key = Key::named(KeyCode::PageDown);
const HOME: Key = Key::named(KeyCode::Home);
const END: Key = Key::named(KeyCode::End);

/// Where a cursor moves up and down.
const LISTS: &[Place] = &[
    Invitations,
    Detail,
    Reports,
    Transmission,
    Activity,
    Plan,
    Pager,
    Preview,
    Menu,
    Columns,
];
/// The same, and lists beside a line that is typed.
const STEPS: &[Place] = &[Palette];

const fn key(letter: char) -> Key {
    Key::char(letter)
}

macro_rules! actions {
    ($($action:ident $code:literal $title:literal ($short:literal $rank:literal) $keys:expr, $places:expr;)*) => {
        /// Everything that a key or the palette can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $(#[doc = $title] $action,)*
        }

        /// Every action, in the order of help.
        pub const TABLE: &[Entry] = &[
            $(Entry { action: Action::$action, code: $code, title: $title, short: $short, keys: $keys, places: $places, rank: $rank },)*
        ];
    };
}

actions! {
    // Everywhere
    GoInvitations "go-invitations" "Go to Invitations" ("invitations" 0) &[key('1')], &[Screens];
    GoReports "go-reports" "Go to Reports" ("reports" 0) &[key('2')], &[Screens];
    GoTransmission "go-transmission" "Go to Transmission" ("transmission" 0) &[key('3')], &[Screens];
    GoActivity "go-activity" "Go to Activity: what was done, and undo" ("activity" 0) &[key('4')], &[Screens];
    GoAdd "add" "Add invitations" ("add" 60) &[key('n')], &[Screens];
    GoSetUp "set-up" "Set up the store and its mail" ("set up" 0) &[Key::named(KeyCode::F(2))], &[Screens];
    UndoLast "undo" "Undo the last action" ("undo" 75) &[key('u')], &[Screens];
    Help "help" "Show the keys that work here" ("keys" 90) &[key('?'), Key::named(KeyCode::F(1))], &[Screens];
    Commands "commands" "Find a command by its name" ("commands" 91) &[key(':'), Key::ctrl('p')], &[Screens];
    Refresh "refresh" "Load what is shown again" ("refresh" 0) &[Key::named(KeyCode::F(5))], &[Screens];
    Back "back" "Back, one step at a time" ("back" 50) &[ESC], &[Screens, Layers];
    Quit "quit" "Quit" ("quit" 0) &[key('q')], &[Screens];
    QuitAnywhere "quit-anywhere" "Quit, also from within a window" ("quit" 0) &[Key::ctrl('c')], &[Screens, Layers];
    Suspend "suspend" "Suspend; `fg` in the shell comes back" ("suspend" 0) &[Key::ctrl('z')], &[Screens, Layers];
    Redraw "redraw" "Draw the screen anew" ("redraw" 0) &[Key::ctrl('l')], &[Screens, Layers];

    // Moving
    Up "up" "Up" ("up" 0) &[UP, key('k')], LISTS;
    Down "down" "Down" ("down" 0) &[DOWN, key('j')], LISTS;
    PageUp "page-up" "A page up" ("page up" 0) &[PAGE_UP, Key::ctrl('b')], LISTS;
    PageDown "page-down" "A page down" ("page down" 0) &[PAGE_DOWN, Key::ctrl('f')], LISTS;
    Top "top" "To the first" ("top" 0) &[HOME, key('g')], LISTS;
    Bottom "bottom" "To the last" ("bottom" 0) &[END, key('G')], LISTS;
    Left "left" "To the left" ("left" 0) &[LEFT, key('h')], &[Invitations, Reports];
    Right "right" "To the right" ("right" 0) &[RIGHT, key('l')], &[Invitations, Reports];
    PreviousMatch "previous-match" "The match before" ("up" 0) &[UP], STEPS;
    NextMatch "next-match" "The next match" ("down" 0) &[DOWN], STEPS;

    // Invitations
    ToggleRow "select" "Select or unselect this row" ("select" 1) &[key(' ')], &[Invitations];
    SelectMenu "select-menu" "The Select control: all, visible, none" ("all…" 2) &[key('a')], &[Invitations];
    SelectAll "select-all" "Select All: every row that the filter matches" ("all" 0) &[key('A')], &[Invitations];
    DeselectAll "deselect-all" "Deselect All" ("none" 0) &[key('X')], &[Invitations];
    SelectVisible "select-visible" "Select Visible: the rows now on the screen" ("visible" 8) &[key('V')], &[Invitations];
    UnselectVisible "unselect-visible" "Unselect Visible" ("not visible" 0) &[key('U')], &[Invitations];
    Invert "invert" "Invert the selection among the rows that the filter matches" ("invert" 0) &[key('i')], &[Invitations];
    Range "range" "Select a range: press, move, press Space" ("range" 0) &[key('v')], &[Invitations];
    SelectionBack "selection-back" "Take back the last change of the selection" ("selection back" 0) &[key('z')], &[Invitations];
    Send "send" "Send the selected invitations" ("send" 4) &[key('s')], &[Invitations];
    Discard "discard" "Discard the selected invitations" ("discard" 5) &[key('d')], &[Invitations];
    Restore "restore" "Restore the selected discarded invitations" ("restore" 0) &[key('R')], &[Invitations];
    Open "open" "Open the invitation" ("open" 6) &[ENTER], &[Invitations];
    Filter "filter" "Filter" ("filter" 3) &[key('/')], &[Invitations];
    Sort "sort" "Sort" ("sort" 21) &[key('o')], &[Invitations];
    ChooseColumns "columns" "Choose columns" ("columns" 22) &[key('c')], &[Invitations];
    RefreshGrid "refresh-grid" "Load the grid again" ("refresh" 0) &[key('r')], &[Invitations];

    // The filter line
    KeepFilter "keep-filter" "Keep this filter" ("keep" 1) &[ENTER], &[FilterBar];
    TakeSuggestion "take-suggestion" "Take the suggestion" ("take suggestion" 2) &[TAB], &[FilterBar];

    // A plan
    CarryOut "carry-out" "Carry the plan out" ("do it" 1) &[Key::ctrl('s')], &[Plan];
    TakeInSent "take-in-sent" "Take in those sent before, or leave them out" ("sent before" 3) &[key('r')], &[Plan];
    TakeInDiscarded "take-in-discarded" "Take in the discarded ones, or leave them out" ("discarded" 4) &[key('R')], &[Plan];
    TakeInCooling "take-in-cooling" "Take in those cooling down, or leave them out" ("cooling down" 5) &[key('o')], &[Plan];
    GiveReason "give-reason" "Give a reason" ("reason" 6) &[TAB], &[Plan];
    BucketRows "bucket-rows" "Show the rows on this line" ("rows" 2) &[ENTER], &[Plan];

    // Small windows
    Choose "choose" "Choose" ("choose" 1) &[ENTER], &[Menu, Palette];
    ToggleColumn "toggle-column" "Show or hide the column" ("show or hide" 1) &[key(' ')], &[Columns];
    KeepColumns "keep-columns" "Keep these columns" ("keep" 2) &[ENTER], &[Columns];
    Yes "yes" "Yes" ("yes" 1) &[ENTER, key('y')], &[Confirm];
    YesSend "yes-send" "Yes, let the mail go" ("yes" 1) &[Key::ctrl('s')], &[ConfirmSend];
    No "no" "No" ("no" 2) &[key('n')], &[Confirm, ConfirmSend];
    Enter "enter" "Enter" ("ok" 1) &[ENTER], &[Prompt];
    CancelWork "cancel-work" "Stop after the rows in hand" ("stop" 1) &[key('x')], &[Working];

    // Forms
    NextField "next-field" "The next field" ("next" 2) &[TAB], &[Add, SetUp, Edit];
    PreviousField "previous-field" "The field before" ("previous" 0) &[BACK_TAB], &[Add, SetUp, Edit];
    Submit "submit" "Do what the form says" ("do it" 1) &[Key::ctrl('s')], &[Add, SetUp, Edit];

    // Add Invitations
    PreviewMail "preview" "Preview the mail" ("preview" 3) &[Key::named(KeyCode::F(4))], &[Add];
    TestMail "test-mail" "Send a test mail to yourself" ("test" 5) &[Key::named(KeyCode::F(6))], &[Add];
    FixTypo "fix-typo" "Take the domain that was probably meant" ("fix typo" 6) &[Key::ctrl('t'), key('t')], &[Add];
    OverrideCooldown "override-cooldown" "Take in those cooling down, or leave them out" ("cooling down" 7) &[Key::ctrl('o'), key('o')], &[Add];
    EmptyForm "empty-form" "Empty the form" ("empty" 85) &[Key::named(KeyCode::F(8))], &[Add];
    TurnPreview "turn-preview" "Show the text or the HTML of the mail" ("text or HTML" 1) &[TAB], &[Preview];

    // One invitation
    Edit "edit" "Change email and message" ("edit" 3) &[key('e')], &[Detail];
    RevealLink "reveal-link" "Show the link; this is recorded" ("link" 4) &[key('l')], &[Detail];
    CopyLink "copy-link" "Copy the link; this is recorded" ("copy link" 5) &[key('y')], &[Detail];
    LastAction "last-action" "What was last done to it, and to which others" ("last action" 0) &[key('a')], &[Detail];
    SendOne "send-one" "Send it, or send it again" ("send" 1) &[key('s')], &[Detail];
    DiscardOne "discard-one" "Discard it" ("discard" 2) &[key('d')], &[Detail];
    RestoreOne "restore-one" "Restore it" ("restore" 6) &[key('R')], &[Detail];

    // Transmission
    PauseOrResume "pause" "Pause the dispatch, or resume it" ("pause" 1) &[key('p')], &[Transmission];
    CancelRest "cancel-rest" "Withdraw everything that still waits" ("cancel" 3) &[key('x')], &[Transmission];
    TestConnection "test-connection" "Test the connection to the mail server" ("test" 5) &[key('t')], &[Transmission];
    TryNow "try-now" "Try the deferred ones now" ("try now" 6) &[key('y')], &[Transmission];
    Settle "settle" "Settle what is in doubt" ("settle" 4) &[key('s')], &[Transmission];
    OpenLine "open-line" "Show the invitations on this line" ("show" 2) &[ENTER], &[Transmission, Activity];

    // Reports
    DrillDown "drill-down" "Show the invitations behind this number" ("show" 1) &[ENTER], &[Reports];
    ReportFrom "report-from" "The first day" ("from" 2) &[key('f')], &[Reports];
    ReportTo "report-to" "The last day" ("to" 3) &[key('t')], &[Reports];
    ReportStep "report-step" "By day, month or year" ("by" 4) &[key('b')], &[Reports];
    ReportBasis "report-basis" "What became of them, or what happened" ("basis" 5) &[key('c')], &[Reports];
    ReportWebsite "report-website" "Of one website, or of all" ("website" 6) &[key('w')], &[Reports];
    Export "export" "Write it to a CSV file" ("export" 7) &[key('x')], &[Reports];
}
