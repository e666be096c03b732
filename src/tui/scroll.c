#include "numdesk/tui/widget.h"

void scroll_set(struct scroll *s, size_t n, size_t height)
{
	s->n = n;
	s->height = height ? height : 1;
	if (n == 0)
		s->cursor = 0;
	else if (s->cursor >= n)
		s->cursor = n - 1;
	if (s->cursor < s->top)
		s->top = s->cursor;
	if (s->cursor >= s->top + s->height)
		s->top = s->cursor - s->height + 1;
	if (n <= s->height)
		s->top = 0;
	else if (s->top > n - s->height)
		s->top = n - s->height;
}

void scroll_to(struct scroll *s, size_t cursor)
{
	s->cursor = cursor;
	scroll_set(s, s->n, s->height);
}

void scroll_move(struct scroll *s, enum scroll_move m)
{
	size_t page = s->height > 1 ? s->height - 1 : 1, last = s->n ? s->n - 1 : 0;

	switch (m) {
	case SCROLL_DOWN:
		s->cursor += s->cursor < last;
		break;
	case SCROLL_UP:
		s->cursor -= s->cursor > 0;
		break;
	case SCROLL_PAGE_DOWN:
		s->cursor = last - s->cursor > page ? s->cursor + page : last;
		s->top += page;
		break;
	case SCROLL_PAGE_UP:
		s->cursor = s->cursor > page ? s->cursor - page : 0;
		s->top = s->top > page ? s->top - page : 0;
		break;
	case SCROLL_TOP:
		s->cursor = 0;
		break;
	case SCROLL_BOTTOM:
		s->cursor = last;
		break;
	}
	scroll_set(s, s->n, s->height);
}
