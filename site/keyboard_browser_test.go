package site_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"temwen/site/sitetest"
)

// press presses keys, one after the other.
func (b *tab) press(keys string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Ctx, sitetest.Patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(keys)); err != nil {
		b.Fatalf("pressing %q: %v", keys, err)
	}
}

// focus is what has the keyboard, and how it shows it.
type focus struct {
	Name    string // tag, ID and the beginning of its words
	ID      string
	Href    string
	Main    bool // in the page's content
	Outline string
	Seen    bool // in the window, with a size
}

const focused = `(() => {
	const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
	return {
		Name: e.tagName.toLowerCase() + "#" + e.id + " " + (e.innerText || e.value || "").slice(0, 30), ID: e.id, Href: e.getAttribute("href") || "",
		Main: !!e.closest("main"), Outline: s.outlineStyle + " " + s.outlineWidth,
		Seen: r.width > 1 && r.height > 1 && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth,
	};
})()`

// walk presses the tab key until what has the keyboard is what is looked for.
func (b *tab) walk(to string, found func(focus) bool) focus {
	b.Helper()
	for range 150 {
		b.press(kb.Tab)
		f := ask[focus](b, focused)
		if found(f) {
			return f
		}
	}
	b.Fatalf("the tab key never reaches %s", to)
	return focus{}
}

func (b *tab) walkTo(id string) focus {
	b.Helper()
	return b.walk("#"+id, func(f focus) bool { return f.ID == id })
}

// Given a reader without a mouse or scripts, when they use the tab key, the
// arrows and Enter, then they skip to the content, see where they are at every
// step, choose a day, filter, search, and open what they found.
func testKeyboard(t *testing.T, b *browser) {
	t.Run("to the content", func(t *testing.T) {
		t.Parallel()
		window := b.open(t, phone)
		window.Visit("/ht/missions/mss")
		window.press(kb.Tab)
		if f := ask[focus](window, focused); f.Href != "#content" || !f.Seen {
			t.Errorf("the first stop is %+v, want the link to the content, in sight", f)
		}
		window.press(kb.Enter)
		window.press(kb.Tab)
		if f := ask[focus](window, focused); !f.Main {
			t.Errorf("after the link to the content, the next stop is %+v", f)
		}
	})
	t.Run("always in sight", func(t *testing.T) {
		t.Parallel()
		window := b.open(t, desktop)
		window.Visit("/en/missions/mss/obligations")
		for range 40 {
			window.press(kb.Tab)
			if f := ask[focus](window, focused); !f.Seen || strings.HasPrefix(f.Outline, "none") || strings.HasSuffix(f.Outline, " 0px") {
				t.Errorf("the keyboard is not seen at %+v", f)
			}
		}
	})
	t.Run("a day", func(t *testing.T) {
		t.Parallel()
		window := b.open(t, phone)
		window.Visit("/ht/missions/mss")
		window.walk("the day", func(f focus) bool { return strings.HasPrefix(f.Name, "summary") })
		window.press(kb.Enter)
		window.walkTo("as_of")
		window.press("06262024")
		if status := window.Load(chromedp.KeyEvent(kb.Enter)); status != 200 {
			t.Errorf("status %d", status)
		}
		if at := ask[string](window, `location.search`); at != "?as_of=2024-06-26" {
			t.Errorf("choosing 26 June 2024 leads to %q", at)
		}
	})
	t.Run("a filter", func(t *testing.T) {
		t.Parallel()
		window := b.open(t, phone)
		window.Visit("/ht/missions/mss/obligations")
		window.walkTo("f-status")
		window.press(kb.ArrowDown)
		chosen := ask[string](window, `document.activeElement.value`)
		window.walk("the button", func(f focus) bool { return f.Main && strings.HasPrefix(f.Name, "button") })
		window.Load(chromedp.KeyEvent(kb.Enter))
		if at := ask[string](window, `new URLSearchParams(location.search).get("status")`); at != chosen || at == "" {
			t.Errorf("the filter leads to the status %q, want %q", at, chosen)
		}
	})
}
