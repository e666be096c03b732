#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dialplan_priv.h"

const struct dialplan_npa *dialplan_npa(int npa)
{
	const struct npa_row *row = dialplan_npa_row(npa);

	return row ? &row->npa : NULL;
}

size_t dialplan_npas_of(const char *country, const char *region, int *out, size_t max)
{
	size_t rows, n = 0;
	const struct npa_row *row = dialplan_npa_rows(&rows);

	for (size_t i = 0; i < rows && n < max; i++)
		if (strcmp(row[i].npa.country, country) == 0 && strcmp(row[i].npa.region, region) == 0)
			out[n++] = row[i].npa.npa;
	return n;
}

struct candidate { int npa; long distance; bool young; };  /* young: an overlay of an older code */

/* Square of a rough distance; a degree of longitude is about three quarters of one of latitude where people live. */
static long distance(const struct npa_row *a, const struct npa_row *b)
{
	long dy = 4L * (a->latitude - b->latitude), dx = 3L * (a->longitude - b->longitude);

	if (a->overlay == b->overlay)
		return -1;
	if ((!a->latitude && !a->longitude) || (!b->latitude && !b->longitude))
		return 1L << 30;
	return dy * dy + dx * dx;
}

static int nearer(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return x->young != y->young ? x->young - y->young : x->npa - y->npa;
}

size_t dialplan_npa_neighbours(int npa, int *out, size_t max)
{
	const struct npa_row *self = dialplan_npa_row(npa), *row;
	struct candidate found[64];     /* the largest region, California, has about 40 */
	size_t rows, n = 0;

	row = dialplan_npa_rows(&rows);
	for (size_t i = 0; self && i < rows && n < sizeof found / sizeof found[0]; i++)
		if (row[i].npa.npa != npa && strcmp(row[i].npa.country, self->npa.country) == 0 &&
		    strcmp(row[i].npa.region, self->npa.region) == 0)
			found[n++] = (struct candidate){row[i].npa.npa, distance(self, &row[i]),
							row[i].overlay != row[i].npa.npa};
	qsort(found, n, sizeof found[0], nearer);
	if (n > max)
		n = max;
	for (size_t i = 0; i < n; i++)
		out[i] = found[i].npa;
	return n;
}
