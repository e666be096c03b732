#include "numdesk/util/file.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/util/err.h"

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static bool has_our_directory(const char *path)
{
	static const char ours[] = "/numdesk-";
	const char *at = strstr(path, ours);

	return at && at[sizeof ours - 1] != '\0' && at[sizeof ours - 1] != '/';
}

/* Judged by the real path: a link on the way could lead anywhere. */
static bool is_ours(const char *path)
{
	char *real = realpath(path, NULL);
	struct stat st;
	const bool ours = real && has_our_directory(real) && lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
			  st.st_uid == geteuid();

	free(real);
	return ours;
}

bool file_remove_tree(const char *path, struct err *e)
{
	if (!is_ours(path))
		return err_set(e, ERR_IO, "cannot remove '%s': not a directory of numdesk's making", path);
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0)
		return err_set(e, ERR_IO, "cannot remove '%s': %s", path, strerror(errno));
	return true;
}
