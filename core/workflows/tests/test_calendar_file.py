"""A newer calendar comes in as a file, checked row by row; with anything wrong the one before it stands."""

import pytest

from core.reference.calendar import proposals
from core.reference.files import look_first_in

HEAD = "session,cycle,iso3,review_month,stakeholder_deadline,closing_hour,source,confidence\n"
GOOD = HEAD + "55,5,SVN,2028-02,2027-07-15,18:00,https://un.example/55,confirmed\n56,5,NPL,,,,a letter,expected\n"


@pytest.fixture(autouse=True)
def shipped_again():
    yield
    look_first_in(None)


@pytest.fixture
def bring(command, tmp_path):
    def act(text, **how):
        path = tmp_path / "calendar.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return command("calendar", "import", str(path))
    return act


def test_a_newer_calendar_takes_the_place_of_the_shipped_one(bring):
    told = bring(GOOD)
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", "The calendar has 2 rows now.\n")
    [slovenia] = proposals("SVN")
    assert (slovenia.session, slovenia.cycle, str(slovenia.first_day), str(slovenia.deadline),
            str(slovenia.closing_hour), slovenia.confidence) == (
        55, 5, "2028-02-01", "2027-07-15", "18:00:00", "confirmed")
    [nepal] = proposals("NPL")
    assert (nepal.first_day, nepal.deadline, nepal.closing_hour) == (None, None, None)


BAD = {
    "57,5,Slovnia,2028-02,,,a,b": "“Slovnia” is no three-letter code of a State. Did you mean SVN (Slovenia)?",
    "57,5,Slovenia,2028-02,,,a,b": "“Slovenia” is no three-letter code of a State. Did you mean SVN (Slovenia)?",
    "57,5,QQ,2028-02,,,a,b": "“QQ” is no three-letter code of a State.",
    "fifty,5,SVN,2028-02,,,a,b": "“fifty” is no number in the column session.",
    "57,-5,SVN,2028-02,,,a,b": "“-5” is no number in the column cycle.",
    "57,5,SVN,February 2028,,,a,b": "“February 2028” is no month. Write it as 2027-01.",
    "57,5,SVN,2028-02,15.7.2027,,a,b": "“15.7.2027” is no date. Write it as 2027-01-14.",
    "57,5,SVN,2028-02,2027-07-15,evening,a,b": "“evening” is no hour. Write it as 23:59.",
    "57,5,SVN,2028-02,,,,": "The row does not say where it comes from, or how certain it is. Fill the columns source "
                            "and confidence.",
}


@pytest.mark.parametrize("row", BAD)
def test_a_bad_row_is_named_and_nothing_is_taken(bring, row):
    before = proposals("SVN")
    told = bring(GOOD + row + "\n")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == (f"row 4: {BAD[row]}\nNothing was taken: the calendar before it stands. Correct the rows "
                           "above.\n")
    assert before == proposals("SVN") and len(before) == 2


def test_a_row_that_stands_twice_is_named(bring):
    assert "row 4: The same State and session stand in row 2.\n" in bring(
        GOOD + "55,5,SVN,2028-03,,,a,b\n").stderr


@pytest.mark.parametrize(("file", "words"), [
    (b"name,day\nx,y\n", "The file lacks the columns session, cycle, iso3, review_month, stakeholder_deadline, source, "
                         "confidence. A calendar is a .csv file with the columns "),
    (b"PK\x03\x04\xff\xfe", "The file is no .csv file in UTF-8. Save it as “CSV UTF-8”."),
    (HEAD.encode(), "The file has 0 rows; a calendar has 1 to 5000."),
    (b"x" * 5_000_001, "The file is too large for a calendar of reviews."),
])
def test_what_is_no_calendar_is_refused(bring, file, words):
    told = bring(file)
    assert told.exit_code == 2 and words in told.stderr and len(proposals("SVN")) == 2


def test_a_coordinator_does_not_replace_the_calendar(command, cast, tmp_path):
    (tmp_path / "calendar.csv").write_text(GOOD)
    told = command("--as", cast.coordinator.address, "calendar", "import", str(tmp_path / "calendar.csv"))
    assert (told.exit_code, told.stderr) == (2, "The calendar is brought in by whoever runs the machine.\n")
    assert len(proposals("SVN")) == 2
