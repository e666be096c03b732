#include "numdesk/core/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numdesk/util/err.h"
#include "numdesk/util/file.h"

/* --- where everything is --------------------------------------------------------------- */

static bool absolute(const char *path, char *out, size_t out_size, struct err *e)
{
	char cwd[1024];

	if (!*path)
		return err_set(e, ERR_CONFIG, "cannot use an empty path");
	if (path[0] == '/') {
		if (file_join(out, out_size, path, "") && strlen(out) > 1)
			out[strlen(out) - 1] = '\0';
	} else {
		if (!getcwd(cwd, sizeof cwd))
			return err_set(e, ERR_CONFIG, "cannot use '%s': the current directory is unknown: %s", path,
				       strerror(errno));
		file_join(out, out_size, cwd, path);
	}
	return *out || err_set(e, ERR_CONFIG, "cannot use '%.80s...': the path is too long", path);
}

static bool place(char out[1024], const char *dir, const char *name, struct err *e)
{
	return file_join(out, 1024, dir, name) ||
	       err_set(e, ERR_CONFIG, "cannot use '%.80s...': the path is too long", dir);
}

/* Under sudo HOME may still be the caller's: files made there would be root's and lock the caller out. */
static bool check_home(const char *home, struct err *e)
{
	struct stat st;

	if (stat(home, &st) < 0)
		return err_set(e, ERR_CONFIG, "cannot use the home directory '%s': %s; give --home", home,
			       strerror(errno));
	if (st.st_uid != geteuid())
		return err_set(e, ERR_CONFIG, "the home directory '%s' belongs to another user; give --home", home);
	return true;
}

/* "$VAR/numdesk" or "$HOME/fallback/numdesk"; a relative value is ignored, as the XDG specification says. */
static bool xdg_dir(const char *var, const char *fallback, char out[1024], struct err *e)
{
	const char *base = file_env(var), *home = file_env("HOME");
	char dir[1024];

	if (base && base[0] == '/')
		return place(out, base, "numdesk", e);
	if (!home || home[0] != '/')
		return err_set(e, ERR_CONFIG, "no home directory: set HOME, or give --home");
	return check_home(home, e) && place(dir, home, fallback, e) && place(out, dir, "numdesk", e);
}

static bool one_home(struct paths *p, const char *home, struct err *e)
{
	char dir[1024];

	p->one_home = true;
	return absolute(home, dir, sizeof dir, e) && place(p->config, dir, "config.ini", e) &&
	       place(p->vault, dir, "vault", e) && place(p->ledger, dir, "ledger.db", e) &&
	       place(p->sessions, dir, "sessions", e) && place(p->cache, dir, "cache.db", e) &&
	       place(p->log, dir, "numdesk.log", e) && file_private_dir(dir, e);
}

static bool xdg_homes(struct paths *p, struct err *e)
{
	char config[1024], data[1024], cache[1024], state[1024];

	return xdg_dir("XDG_CONFIG_HOME", ".config", config, e) && xdg_dir("XDG_DATA_HOME", ".local/share", data, e) &&
	       xdg_dir("XDG_CACHE_HOME", ".cache", cache, e) && xdg_dir("XDG_STATE_HOME", ".local/state", state, e) &&
	       place(p->config, config, "config.ini", e) && place(p->vault, data, "vault", e) &&
	       place(p->ledger, data, "ledger.db", e) && place(p->sessions, data, "sessions", e) &&
	       place(p->cache, cache, "cache.db", e) && place(p->log, state, "numdesk.log", e) &&
	       file_private_dir(config, e) && file_private_dir(data, e) && file_private_dir(cache, e) &&
	       file_private_dir(state, e);
}

bool paths_find(struct paths *p, const char *home, const char *config, struct err *e)
{
	*p = (struct paths){0};
	if (!(home ? one_home(p, home, e) : xdg_homes(p, e)))
		return false;
	return !config || absolute(config, p->config, sizeof p->config, e);
}
