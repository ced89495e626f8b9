"""Wall time: Geneva's clock, kept as it shows, in two zones, and right in the two nights when it changes."""

from datetime import date, datetime, time

import pytest

from core.errors import Refused
from core.workflows.wall_time import GENEVA, WallTime, read, written

SPRING, AUTUMN = "2027-03-28", "2027-10-31"         # the clocks in Geneva: 02:00 → 03:00, and 03:00 → 02:00


@pytest.mark.parametrize(("day", "hour", "utc", "kathmandu"), [
    ("2027-01-14", "23:59", "2027-01-14 22:59",
     "14 January 2027, 23:59 in Geneva (15 January 2027, 04:44 in Kathmandu)"),
    ("2027-07-14", "18:00", "2027-07-14 16:00", "14 July 2027, 18:00 in Geneva (21:45 in Kathmandu)"),
    # the night of spring: one hour is missing
    (SPRING, "01:59", "2027-03-28 00:59", "28 March 2027, 01:59 in Geneva (06:44 in Kathmandu)"),
    (SPRING, "03:00", "2027-03-28 01:00", "28 March 2027, 03:00 in Geneva (06:45 in Kathmandu)"),
    # the night of autumn: one hour comes twice, and the first is meant
    (AUTUMN, "01:59", "2027-10-30 23:59", "31 October 2027, 01:59 in Geneva (05:44 in Kathmandu)"),
    (AUTUMN, "02:30", "2027-10-31 00:30", "31 October 2027, 02:30 in Geneva (06:15 in Kathmandu)"),
    (AUTUMN, "03:00", "2027-10-31 02:00", "31 October 2027, 03:00 in Geneva (07:45 in Kathmandu)"),
])
def test_the_two_zones_are_right_on_both_daylight_saving_nights_and_for_kathmandu(app, day, hour, utc, kathmandu):
    wall = written(day, hour)
    assert f"{wall.moment():%Y-%m-%d %H:%M}" == utc
    assert str(wall.shown("Asia/Kathmandu")) == kathmandu
    assert read(wall.kept()) == wall


def test_in_the_same_clock_the_time_stands_once(app):
    wall = written("2027-01-14", "23:59")
    assert str(wall.shown(GENEVA)) == str(wall.shown("Europe/Paris")) == "14 January 2027, 23:59 in Geneva"
    assert str(wall.shown("America/New_York")) == "14 January 2027, 23:59 in Geneva (17:59 in New York)"


def test_an_hour_that_the_clock_leaves_out_is_refused_with_what_to_do(app):
    for hour in ("02:00", "02:30", "02:59"):
        with pytest.raises(Refused) as caught:
            written(SPRING, hour)
        assert str(caught.value) == (f"On 2027-03-28 the clocks in Geneva go forward, and there is no {hour}. Write "
                                     "the hour before or after.")
    assert written(SPRING, "02:30", "Asia/Kathmandu").moment() == datetime(2027, 3, 27, 20, 45)


def test_a_kept_hour_that_a_later_rule_took_away_is_still_a_moment(app):
    assert read(f"{SPRING} 02:30 {GENEVA}").moment() == datetime(2027, 3, 28, 1, 30)


def test_an_hour_that_is_struck_twice_says_which_is_meant(app):
    told = "In this night the clocks go back, and 02:30 is struck twice in Geneva: the first is meant."
    assert str(written(AUTUMN, "02:30").note()) == told
    assert [written(day, hour).note() for day, hour in ((AUTUMN, "03:00"), (SPRING, "03:00"), (AUTUMN, ""))] == [
        None, None, None]


def test_the_hour_may_be_unknown_and_the_day_is_over_when_it_ends_in_geneva(app):
    wall = written("2026-07-17", "")
    assert (wall, wall.kept(), wall.moment()) == (WallTime(date(2026, 7, 17), None), "2026-07-17 Europe/Zurich", None)
    assert read(wall.kept()) == wall
    assert str(wall.shown("Asia/Kathmandu")) == "17 July 2026 in Geneva, the hour is not known"
    assert [wall.is_past(datetime(2026, 7, 17, hour, minute)) for hour, minute in ((21, 59), (22, 0))] == [False, True]


def test_a_closing_is_past_at_its_minute(app):
    wall = WallTime(date(2027, 1, 14), time(23, 59))
    assert [wall.is_past(datetime(2027, 1, 14, 22, minute)) for minute in (58, 59)] == [False, True]


@pytest.mark.parametrize(("day", "hour", "words"), [
    ("tomorrow", "", "“tomorrow” is no date. Write it as 2026-03-12."),
    ("1989-12-31", "", "1989-12-31 is no day of a review. Look at the year."),
    ("2027-01-14", "midnight", "“midnight” is no hour. Write it as hours and minutes of the day, such as 23:59."),
    ("2027-01-14", "24:00", "“24:00” is no hour. Write it as hours and minutes of the day, such as 23:59."),
    ("", "23:59", "The hour 23:59 has no day. Write the day too, or leave both empty."),
])
def test_what_is_no_day_or_hour_is_refused(app, day, hour, words):
    with pytest.raises(Refused) as caught:
        written(day, hour)
    assert str(caught.value) == words


def test_a_kept_day_that_no_page_takes_is_not_known(app):
    assert [read(f"{day} 23:59 {GENEVA}") for day in ("0001-01-01", "9999-12-31")] == [None, None]


def test_nothing_typed_is_nothing_known(app):
    assert written("", " ") is None and read("") is None
    assert written("2027-01-14", "9:05").clock == time(9, 5)
