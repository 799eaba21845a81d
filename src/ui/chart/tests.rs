use super::*;

#[test]
fn a_scale_is_as_high_as_what_it_shows() {
    for (points, top) in [(vec![], 5), (vec![29, 36], 40), (vec![0, 5], 5), (vec![6], 10), (vec![81, 100], 100)] {
        assert_eq!(top_of(&points), top);
    }
    assert_eq!(with_scale("From 36% to 29%.", &[36, 29]), "From 36% to 29%. Scale: 0 to 40%.");
}

#[test]
fn a_line_stays_inside_its_picture() {
    assert_eq!(line(&[0, 50, 100, 400], 100), "M0 54L100 28L200 2L300 2");
    assert_eq!(line(&[5], 10), "M0 28H300");
    assert_eq!(line(&[], 10), "");
    assert_eq!(line(&[u64::MAX, 0], 0), "M0 2L300 54");
}

#[test]
fn columns_stand_on_the_ground_and_say_their_figures() {
    let bar = |label: &str, value| Bar { label: label.to_owned(), value, text: value.to_string() };
    let bars = [bar("09", 10), bar("10", 20)];
    let drawn = columns("x", "Hours", "Most at 10", &bars, Some((40, "40"))).into_string();
    assert!(drawn.contains("aria-labelledby=\"x-title x-desc\""), "{drawn}");
    assert!(drawn.contains("y=\"117.5\" height=\"32.5\""), "{drawn}");
    assert!(drawn.contains("y=\"85\" height=\"65\""), "{drawn}");
    assert!(drawn.contains("y1=\"20\" y2=\"20\""), "{drawn}");
    columns("x", "Nothing", "Nothing", &[], None);
}

fn point(label: &str, value: Option<u64>) -> Point {
    Point { label: label.to_owned(), value, text: value.map_or_else(String::new, |value| value.to_string()) }
}

fn drawn(points: &[Point], top: u64, divide: Option<(usize, &str)>) -> String {
    trend(&Trend { id: "t", title: "Shares", says: "Falling", points, top, divide }).into_string()
}

#[test]
fn a_trend_starts_at_nothing_and_its_points_stand_where_their_values_are() {
    let points = [point("a", Some(0)), point("b", Some(50)), point("c", Some(100))];
    let once = drawn(&points, 100, None);
    assert!(once.contains("d=\"M32 150L180 90L328 30\""), "{once}");
    assert!(once.contains("cx=\"180\" cy=\"90\""), "{once}");
    assert!(once.contains("role=\"img\" aria-labelledby=\"t-title t-desc\""), "{once}");
    assert!(once.contains("<title id=\"t-title\">Shares</title>"), "{once}");
    assert!(once.contains("<desc id=\"t-desc\">Falling</desc>"), "{once}");
    assert!(!once.contains("style="), "the policy refuses inline styles");
    assert_eq!(once, drawn(&points, 100, None), "the same each time");
    assert!(drawn(&points, 200, None).contains("M32 150L180 120L328 90"));
}

#[test]
fn a_trend_has_gaps_one_point_nothing_and_only_zeros() {
    let gap = [point("a", Some(10)), point("b", None), point("c", Some(10)), point("d", Some(5))];
    assert_eq!(runs(&gap, 10), "M32 30M229.2 30L327.8 90");
    assert!(drawn(&[point("a", Some(4))], 8, None).contains("cx=\"180\" cy=\"90\""));
    let nothing = drawn(&[], 100, Some((0, "Began")));
    assert!(!nothing.contains("circle") && !nothing.contains("Began"), "{nothing}");
    let zeros = drawn(&[point("a", Some(0)), point("b", Some(0))], 0, None);
    assert!(zeros.contains("d=\"M32 150L328 150\""), "{zeros}");
    assert!(drawn(&[point("a", Some(u64::MAX)), point("b", Some(0))], 0, None).contains("M32 30L328 150"));
}

#[test]
fn a_trend_says_what_begins_and_writes_no_more_than_fits() {
    let points: Vec<Point> = (0..26).map(|at| point(&format!("w{at}"), Some(at))).collect();
    let many = drawn(&points, 0, Some((13, "1 Oct")));
    assert_eq!(many.matches("<circle").count(), 26);
    assert!(many.matches("class=\"label\"").count() <= WRITTEN + 1, "{many}");
    assert!(many.contains(">w25<"), "the last one is written: {many}");
    assert!(many.contains(">1 Oct<") && many.contains("line class=\"mark\""), "{many}");
    assert!(!drawn(&points, 0, Some((99, "never"))).contains("never"));
}

#[test]
fn words_in_a_picture_stay_words() {
    let nasty = "<script>alert(1)</script>\" x=\"";
    let bar = Bar { label: nasty.to_owned(), value: 3, text: nasty.to_owned() };
    let shown = [
        sparkline("s", nasty, nasty, &[1, 2], 2),
        columns("c", nasty, nasty, std::slice::from_ref(&bar), Some((4, nasty))),
        distribution("d", nasty, nasty, &[bar]),
        trend(&Trend {
            id: "t",
            title: nasty,
            says: nasty,
            points: &[Point { label: nasty.to_owned(), value: Some(1), text: nasty.to_owned() }],
            top: 1,
            divide: Some((0, nasty)),
        }),
    ];
    for markup in shown {
        let text = markup.into_string();
        assert!(!text.contains("<script"), "{text}");
        assert!(text.contains("&lt;script&gt;"), "{text}");
    }
}

#[test]
fn a_distribution_has_at_most_ten_classes_that_hold_everything() {
    let labels = |values: &[u64]| {
        let bars = classes(values);
        let all: u64 = bars.iter().map(|bar| bar.value).sum();
        assert_eq!(all, values.len() as u64, "nothing is lost");
        assert!(bars.len() <= 10);
        bars.into_iter().map(|bar| (bar.label, bar.value)).collect::<Vec<_>>()
    };
    assert!(labels(&[]).is_empty());
    assert_eq!(distribution("d", "t", "s", &[]).into_string(), "");
    assert_eq!(labels(&[0, 0]), [("0".to_owned(), 2)]);
    assert_eq!(labels(&[3]).last(), Some(&("3".to_owned(), 1)));
    let shares = labels(&[0, 9, 10, 19, 95]);
    assert_eq!(shares[0], ("0–9".to_owned(), 2));
    assert_eq!(shares[9], ("90–99".to_owned(), 1));
    labels(&[u64::MAX, 0]);
    labels(&[100]);
}
