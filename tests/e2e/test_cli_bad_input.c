/*
 * What is wrong on the command line is told in one line, with status 2, before anything is opened, asked or stored:
 * no home is made, nothing arrives at the sandbox. The commands table is walked, so that a new option without a wrong
 * value here turns a test red.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

#include "numdesk/model/command.h"
#include "numdesk/util/mem.h"

#define AC "AC00000000000000000000000000000001"
#define MAX_WORDS 16

/* Words with which each command would run; options are added to them. */
static const struct { enum command_id c; const char *words[8]; } plain[] = {
	{CMD_BUY, {"buy", "+14155550137", "--yes"}},
	{CMD_RELEASE, {"release", "+14155550137", "--confirm=+14155550137"}}, {CMD_PRIMARY, {"primary"}},
	{CMD_LOCK, {"lock", "+14155550137"}}, {CMD_UNLOCK, {"unlock", "+14155550137"}},
	{CMD_TAG, {"tag", "+14155550137"}}, {CMD_NOTE, {"note", "+14155550137"}},
	{CMD_MESSAGE_LIST, {"message", "list"}}, {CMD_SERVICE_LIST, {"service", "list"}},
	{CMD_ADDRESS_LIST, {"address", "list"}}, {CMD_ADDRESS_SHOW, {"address", "show", "Berlin"}},
	{CMD_ADDRESS_REMOVE, {"address", "remove", "Berlin"}}, {CMD_BUNDLE_LIST, {"bundle", "list"}},
	{CMD_BUNDLE_SHOW, {"bundle", "show", "B"}}, {CMD_BUNDLE_CLONE, {"bundle", "clone", "B", "--to=x", "--yes"}},
	{CMD_ADDRESS_ADD, {"address", "add", "--customer=C", "--street=S", "--city=T", "--region=R", "--postal-code=1",
			   "--country=IE"}},
	{CMD_LOOKUP, {"lookup", "+14155550137"}},
	{CMD_SET, {"set", "+14155550137", "name=x", "--yes"}}, {CMD_UNDO, {"undo", "1", "--yes"}},
	{CMD_TEMPLATE_SAVE, {"template", "save", "x", "name=x"}}, {CMD_TEMPLATE_LIST, {"template", "list"}},
	{CMD_TEMPLATE_SHOW, {"template", "show", "x"}}, {CMD_TEMPLATE_REMOVE, {"template", "remove", "x"}},
	{CMD_META_EXPORT, {"meta", "export"}}, {CMD_META_IMPORT, {"meta", "import", "-"}},
	{CMD_APPLY, {"apply", "--plan", "1"}},
	{CMD_AUDIT_VERIFY, {"audit", "verify"}},
	{CMD_SEARCH, {"search", "US"}}, {CMD_SYNC, {"sync"}}, {CMD_LIST, {"list"}},
	{CMD_SHOW, {"show", "+14155550137"}}, {CMD_JOURNAL, {"journal"}}, {CMD_RESUME, {"resume"}},
	{CMD_SAVED_LIST, {"saved", "list"}}, {CMD_SAVED_SAVE, {"saved", "save", "n", "US"}},
	{CMD_SAVED_SHOW, {"saved", "show", "n"}}, {CMD_SAVED_RUN, {"saved", "run", "n"}},
	{CMD_SAVED_REMOVE, {"saved", "remove", "n"}}, {CMD_WATCH, {"watch", "US"}}, {CMD_BASKET_LIST, {"basket", "list"}},
	{CMD_BASKET_ADD, {"basket", "add", "+14155550137"}}, {CMD_BASKET_REMOVE, {"basket", "remove", "+14155550137"}},
	{CMD_BASKET_CLEAR, {"basket", "clear"}}, {CMD_BASKET_CHECK, {"basket", "check"}},
	{CMD_BASKET_BUY, {"basket", "buy", "--yes"}},
	{CMD_PROFILE_ADD, {"profile", "add", "p", "--account-sid", AC, "--secret-fd", "3"}},
	{CMD_PROFILE_LIST, {"profile", "list"}}, {CMD_PROFILE_SHOW, {"profile", "show"}},
	{CMD_PROFILE_USE, {"profile", "use", "p"}}, {CMD_PROFILE_CHECK, {"profile", "check"}},
	{CMD_PROFILE_REMOVE, {"profile", "remove", "p", "--yes"}}, {CMD_PASSWD, {"passwd", "--new-passphrase-fd", "3"}},
	{CMD_VAULT_REKEY, {"vault", "rekey"}}, {CMD_DOCTOR, {"doctor"}},
	{CMD_PROFILE_SET, {"profile", "set", "p", "--label", "X"}}, {CMD_ACCOUNT_IMPORT, {"account", "import"}},
	{CMD_TRANSFER, {"transfer", "+14155550137", "--to=x", "--confirm=+14155550137"}},
	{CMD_ACCOUNT_LIST, {"account", "list"}}, {CMD_ACCOUNT_CREATE, {"account", "create", "x", "--yes"}},
	{CMD_ACCOUNT_SUSPEND, {"account", "suspend", "x", "--confirm=x"}},
	{CMD_ACCOUNT_ACTIVATE, {"account", "activate", "x", "--yes"}},
	{CMD_ACCOUNT_CLOSE, {"account", "close", "x", "--confirm=x"}},
};

/* Each whole line is wrong, and says so in these words. */
static const struct { const char *words[MAX_WORDS]; const char *says; } wrong[] = {
	/* the program's own options */
	{{"--home"}, "'--home' needs a value"}, {{"--home=", "list"}, "'--home' needs a value"},
	{{"--home", "/x", "list"}, "'--home' was given twice"}, {{"--config"}, "needs a value"},
	{{"--config=a", "--config=b", "list"}, "twice"}, {{"--profile", "--json", "list"}, "'--profile' needs a value"},
	{{"--profile", "a b", "list"}, "'a b'"}, {{"--profile", "-x", "list"}, "'-x'"},
	{{"--profile=a", "--profile=b", "list"}, "twice"},
	{{"--log-level", "loud", "list"}, "error, warn, info or debug"},
	{{"--passphrase-fd", "two", "list"}, "'--passphrase-fd"},
	{{"--passphrase-fd", "-1", "list"}, "'--passphrase-fd"},
	{{"--passphrase-fd", "1.5", "list"}, "'--passphrase-fd"}, {{"--passphrase-fd=9", "list"}, "twice"},
	{{"--json", "--csv", "list"}, "only one of"}, {{"--plain", "list", "--json"}, "only one of"},
	{{"--json=yes", "list"}, "takes no value"}, {{"--yes=no", "list"}, "takes no value"},
	{{"--frobnicate", "list"}, "unknown option '--frobnicate'"}, {{"--jsn", "list"}, "did you mean '--json'"},
	{{"-j", "list"}, "'-j'"}, {{"list", "-json"}, "two dashes"},
	{{"--area-code", "415", "search", "US"}, "after the command"}, {{"--log-level=", "list"}, "needs a value"},
	{{"--base-url=", "list"}, "needs a value"},
	/* secrets as arguments: refused without being repeated */
	{{"profile", "add", "p", "--auth-token", "hunter2hunter2"}, "never taken from the command line"},
	{{"profile", "add", "p", "--account-sid", AC, "--secret", "hunter2hunter2"}, "never taken"},
	{{"profile", "add", "p", "hunter2hunter2", "--account-sid", AC}, "more words"},
	{{"profile", "add", "p", "--account-sid", "hunter2hunter2", "--secret-fd", "3"},
	 "--account-sid is no account SID"},
	{{"profile", "add", "p", "--account-sid", AC, "--key-sid", "hunter2hunter2", "--secret-fd", "3"},
	 "--key-sid is no key SID"},
	{{"passwd", "hunter2hunter2"}, "more words"}, {{"passwd", "--new-passphrase=hunter2hunter2"}, "never taken"},
	{{"--passphrase", "hunter2hunter2", "sync"}, "never taken"},
	/* commands */
	{{"serach", "US"}, "did you mean 'search'"}, {{"profile"}, "unknown command 'profile'"},
	{{"profile", "lsit"}, "did you mean 'profile list'"}, {{""}, "unknown command"},
	{{"lock", "session"}, "unknown command 'lock'"}, {{"BUY", "+14155550137"}, "unknown command 'BUY'"},
	{{"help", "nothing"}, "unknown command 'nothing'"},
	{{"buy", "--sms", "+14155550137"}, "unknown option '--sms'"},
	/* buy */
	{{"buy"}, "needs a number, --from, or --count"}, {{"buy", "--yes"}, "needs a number"}, {{"buy", "", "--yes"}, "empty"},
	{{"buy", "hello", "--yes"}, "'hello'"}, {{"buy", "5550137", "--yes"}, "country code"},
	{{"buy", "+1415555", "x", "--yes"}, "'x'"}, {{"buy", "+123", "--yes"}, "'+123'"},
	{{"buy", "+141555501371234567", "--yes"}, "phone number"},
	{{"buy", "+14155550137", "415-555-0137", "--yes"}, "named twice"},
	{{"buy", "+14155550137", "--count", "2", "--yes"}, "not both"},
	{{"buy", "--count", "0", "--yes"}, "from 1 to 1000"}, {{"buy", "--count", "1001", "--yes"}, "from 1 to 1000"},
	{{"buy", "--count", "-1", "--yes"}, "from 1 to 1000"}, {{"buy", "--count", "two", "--yes"}, "'--count two'"},
	{{"buy", "--count", "1e3", "--yes"}, "'--count 1e3'"},
	{{"buy", "--count", "1", "--country", "ZZ", "--yes"}, "country 'ZZ'"},
	{{"buy", "--count", "1", "--area-code", "41", "--yes"}, "area code '41'"},
	{{"buy", "--count", "1", "--country", "GB", "--area-code", "415", "--yes"}, "area code"},
	{{"buy", "--count", "1", "--contains", "1", "--yes"}, "'1'"},
	{{"buy", "--count", "1", "--type", "satellite", "--yes"}, "satellite"},
	{{"buy", "--count", "1", "--vanity", "a", "--yes"}, "too short"},
	{{"buy", "--count", "1", "--vanity", "cabs", "--contains", "415", "--yes"}, "not both"},
	{{"buy", "+14155550137", "--vanity", "cabs", "--yes"}, "with --count"},
	{{"buy", "--count", "1", "--type", "all", "--yes"}, "one --type"},
	{{"buy", "+14155550137", "--country", "US", "--yes"}, "with --count"},
	{{"buy", "+14155550137", "--type", "local", "--yes"}, "with --count"},
	{{"buy", "+14155550137", "--max-price", "cheap", "--yes"}, "'--max-price cheap'"},
	{{"buy", "+14155550137", "--max-price", "-1", "--yes"}, "'--max-price -1'"},
	{{"buy", "+14155550137", "--max-price", "$1.15", "--yes"}, "'--max-price"},
	{{"buy", "+14155550137", "--max-price", "1,15", "--yes"}, "'--max-price"},
	{{"buy", "+14155550137", "--max-price", "1.15", "--max-price", "9", "--yes"}, "twice"},
	{{"buy", "+14155550137", "--name", "12345678901234567890123456789012345678901234567890123456789012345",
	  "--yes"},
	 "64"},
	{{"buy", "+14155550137", "--name", "a\033[2Jb", "--yes"}, "printable"},
	{{"buy", "+14155550137", "--address-sid", "", "--yes"}, "needs a value"},
	{{"buy", "+14155550137", "--address-sid", AC, "--yes"}, "AD and 32"},
	{{"buy", "+14155550137", "--bundle-sid", "BU00000000000000000000000000000000g", "--yes"}, "BU and 32"},
	/* address, bundle */
	{{"address"}, "unknown command 'address'"}, {{"address", "list", "--country", "Germany"}, "'Germany'"},
	{{"address", "show"}, "needs ADDRESS"}, {{"address", "show", "a", "b"}, "one word too many"}, {{"address", "remove"}, "needs ADDRESS"},
	{{"address", "add"}, "--customer"}, {{"address", "add", "--customer", "C"}, "--street"},
	{{"address", "add", "--customer", "\033", "--street=S", "--city=T", "--region=R", "--postal-code=1", "--country=IE"},
	 "customer"},
	{{"address", "add", "--customer=C", "--street", "a\nb", "--city=T", "--region=R", "--postal-code=1", "--country=IE"},
	 "street"},
	{{"address", "add", "--customer=C", "--street=S", "--city", " ", "--region=R", "--postal-code=1", "--country=IE"},
	 "city"},
	{{"address", "add", "--customer=C", "--street=S", "--city=T", "--region", " ", "--postal-code=1", "--country=IE"},
	 "region"},
	{{"address", "add", "--customer=C", "--street=S", "--city=T", "--region=R", "--postal-code", "\033", "--country=IE"},
	 "postal code"},
	{{"address", "add", "--customer=C", "--street=S", "--city=T", "--region=R", "--postal-code=1", "--country", "Atlantis"},
	 "'Atlantis'"},
	{{"address", "add", "--customer=C", "--street=S", "--city=T", "--region=R", "--postal-code=1", "--country=IE",
	  "--street-secondary", "\033"}, "second line"},
	{{"address", "add", "--customer=C", "--street=S", "--city=T", "--region=R", "--postal-code=1", "--country=IE",
	  "--emergency", "--name", "123456789012345678901234567890123"}, "32 characters"},
	{{"bundle", "clone", "B", "--to", "", "--yes"}, "needs a value"},
	{{"bundle", "clone", "B", "--to=x", "--name", "\033", "--yes"}, "name"},
	{{"bundle", "list", "--country", "x"}, "'x'"}, {{"bundle", "list", "--type", "satellite"}, "satellite"},
	{{"bundle", "show"}, "needs BUNDLE"}, {{"bundle", "clone", "B", "--yes"}, "--to"},
	/* lookup */
	{{"lookup"}, "needs a NUMBER"}, {{"lookup", "none"}, "'none'"}, {{"lookup", "--where", "nmae:x"}, "name"},
	{{"lookup", "--from", "/nonexistent"}, "'/nonexistent'"}, {{"lookup", "+14155550137", "--carier"}, "did you mean"},
	/* release, primary, show */
	{{"release"}, "needs a NUMBER"}, {{"release", "--confirm", "1"}, "needs a NUMBER"},
	{{"release", "12", "--confirm", "12"}, "'12'"},
	{{"release", "+14155550137", "+1 (415) 555 0137", "--confirm", "2"}, "named twice"},
	{{"release", "*", "--confirm", "*"}, "'*'"}, {{"primary", "none"}, "'none'"}, {{"primary", ""}, "empty"},
	{{"primary", "+14155550137", "--clear"}, "not both"}, {{"primary", "--for", "faxes"}, "messages or voice"},
	{{"lock"}, "needs a NUMBER"}, {{"lock", "none"}, "'none'"}, {{"unlock"}, "needs a NUMBER"}, {{"unlock", "12"}, "'12'"},
	{{"lock", "+14155550137", "+14155550137"}, "twice"},
	/* numbers from elsewhere */
	{{"buy", "--from", "/nonexistent", "--yes"}, "'/nonexistent'"}, {{"buy", "--from", "/", "--yes"}, "directory"},
	{{"buy", "--from", "-", "--yes"}, "no number in it"},
	{{"buy", "+14155550137", "--from", "-", "--yes"}, "one way"},
	{{"buy", "--count", "1", "--from", "-", "--yes"}, "not both"},
	{{"release", "--from", "/nonexistent", "--confirm", "1"}, "'/nonexistent'"},
	{{"release", "--where", "nmae:x", "--confirm", "1"}, "name"}, {{"release", "--where", "", "--confirm", "1"}, "empty"},
	{{"release", "--where", "415", "--from", "-", "--confirm", "1"}, "one way"},
	{{"lock", "--from", "/nonexistent"}, "'/nonexistent'"}, {{"lock", "--where", "is:nice"}, "--where"},
	{{"lock", "--where", "415", "+14155550137"}, "one way"},
	{{"unlock", "--from", "/nonexistent"}, "'/nonexistent'"}, {{"unlock", "--where", "\"open"}, "--where"},
	{{"primary", "+14155550137", "+14155550138"}, "more words"}, {{"show"}, "needs NUMBER"},
	{{"show", "four"}, "'four'"}, {{"show", "+14155550137", "+14155550138"}, "one word too many"},
	/* settings */
	{{"set"}, "needs a NUMBER"}, {{"set", "none", "name=x", "--yes"}, "'none'"}, {{"set", "+14155550137", "--yes"}, "nothing is to be"},
	{{"set", "+14155550137", "voice=x", "--yes"}, "no setting 'voice'"}, {{"set", "+14155550137", "type=local", "--yes"}, "cannot be set"},
	{{"set", "--from", "/nonexistent", "name=x", "--yes"}, "'/nonexistent'"},
	{{"set", "--where", "nmae:x", "name=x", "--yes"}, "name"},
	{{"set", "+14155550137", "--template", "a b", "--yes"}, "letters"}, {{"set", "+14155550137", "--copy-from", "x", "--yes"}, "'x'"},
	{{"undo", "--yes"}, "takes operations"}, {{"undo", "1", "--last", "--yes"}, "takes operations"},
	{{"undo", "--plan", "0", "--yes"}, "'--plan 0'"}, {{"undo", "--plan", "x", "--yes"}, "'--plan x'"},
	{{"template", "save"}, "needs NAME"}, {{"template", "save", "x", "--of", "y"}, "'y'"}, {{"template", "save", "a/b", "name=x"}, "letters"},
	{{"template", "show"}, "needs NAME"}, {{"template", "remove", "*"}, "letters"}, {{"template", "list", "x"}, "one word too many"},
	/* tag, note */
	{{"message", "list", "--limit", "0"}, "--limit"}, {{"message", "list", "x"}, "'x'"},
	{{"lookup", "none"}, "'none'"}, {{"lookup", "--from", "/nonexistent"}, "'/nonexistent'"},
	{{"lookup", "--where", "nmae:x"}, "name"}, {{"apply", "--plan", "x"}, "--plan"}, {{"apply", "--plan", "0"}, "--plan"},
	{{"tag", "none"}, "'none'"}, {{"tag", "--add", "x"}, "needs a NUMBER"},
	{{"tag", "+14155550137", "--add", "a b!"}, "'b!' is no tag"}, {{"tag", "+14155550137", "--add", ","}, "no tag"},
	{{"tag", "+14155550137", "--add", "-x"}, "begins with a letter"},
	{{"tag", "+14155550137", "--remove", "a=b"}, "'=' cannot be in one"},
	{{"tag", "+14155550137", "--clear", "--remove", "x"}, "leave --remove out"},
	{{"tag", "--from", "/nonexistent"}, "'/nonexistent'"}, {{"tag", "--where", "nmae:x"}, "name"},
	{{"note"}, "needs a NUMBER"}, {{"note", "none", "x"}, "'none'"}, {{"note", "+14155550137", ""}, "text is empty"},
	{{"note", "+14155550137", "a\nb"}, "one line"}, {{"note", "+14155550137", "a", "--clear"}, "exclude each other"},
	{{"note", "+14155550137", "--owner", "a\033b"}, "the owner"},
	{{"note", "+14155550137", "--owner", "x", "--no-owner"}, "exclude each other"},
	{{"note", "+14155550137", "--customer", "a\tb"}, "the customer reference"},
	{{"note", "+14155550137", "a", "b"}, "more words"}, {{"note", "--where", "x:y", "text"}, "--where"},
	{{"note", "--from", "/nonexistent", "text"}, "'/nonexistent'"},
	{{"note", "--where", "415", "+14155550137", "text"}, "more words"},
	{{"meta"}, "unknown command 'meta'"}, {{"meta", "export", "all"}, "one word too many"},
	{{"meta", "import"}, "needs FILE"}, {{"meta", "import", "a", "b"}, "more words"},
	/* search */
	{{"search"}, "needs COUNTRY"}, {{"search", "--saved", "a b"}, "'a b'"}, {{"search", "US", "--saved", "n"}, "not both"}, {{"search", ""}, "country"}, {{"search", "USA1"}, "country 'USA1'"},
	{{"search", "U"}, "country 'U'"}, {{"search", "US", "CA"}, "one word too many"},
	{{"search", "US", "--type", "landline"}, "landline"}, {{"search", "US", "--area-code", "1"}, "area code '1'"},
	{{"search", "US", "--area-code", "4155"}, "area code"},
	{{"search", "US", "--area-code", "abc"}, "area code 'abc'"},
	{{"search", "GB", "--area-code", "415"}, "area code"}, {{"search", "US", "--area-code", " "}, "needs a value"},
	{{"search", "US", "--contains", "5"}, "'5'"}, {{"search", "US", "--contains", "5**5"}, "*"},
	{{"search", "US", "--contains", "12345678901234567"}, "16"},
	{{"search", "US", "--region", "California"}, "region"}, {{"search", "GB", "--region", "CA"}, "region"},
	{{"search", "US", "--locality", "a\033b"}, "locality"},
	{{"search", "US", "--postal-code", "94105;"}, "postal code"}, {{"search", "US", "--near", "here"}, "near"},
	{{"search", "US", "--near", "+14155550137", "--distance", "0"}, "distance '0'"},
	{{"search", "US", "--near", "+14155550137", "--distance", "501"}, "distance '501'"},
	{{"search", "US", "--distance", "5"}, "distance"}, {{"search", "US", "--rate-center", "SNFC"}, "LATA"},
	{{"search", "US", "--lata", "7a"}, "LATA '7a'"}, {{"search", "US", "--exclude-address", "some"}, "'some'"},
	{{"search", "US", "--limit", "0"}, "limit '0'"}, {{"search", "US", "--limit", "1001"}, "limit '1001'"},
	{{"search", "US", "--limit", "ten"}, "limit 'ten'"},
	{{"search", "US", "--beta", "--no-beta"}, "exclude each other"},
	{{"search", "US", "--sms=yes"}, "takes no value"},
	{{"search", "US", "--area-code", "415,,62"}, "area code '62'"}, {{"search", "US", "--area-code", "415,416"}, "Canada"},
	{{"search", "US", "--vanity", "caf\u00e9"}, "letters and digits"}, {{"search", "US", "--vanity", "1800FLOWERSX"}, "longer"},
	{{"search", "US", "--vanity", "cabs", "--contains", "415"}, "not both"},
	{{"search", "US", "--near", "37.79"}, "near"}, {{"search", "US", "--near", "91,0"}, "latitude"},
	{{"search", "GB", "--near", "51.5,-0.1"}, "near works in the US"}, {{"search", "US", "--without", "rcs"}, "'--without rcs'"},
	{{"search", "US", "--without", "sms", "--sms"}, "exclude each other"},
	{{"search", "US", "--sort", "beauty"}, "order 'beauty'"},
	/* saved, watch, basket */
	{{"saved", "save", "US", "US"}, "a country"}, {{"saved", "save", "n"}, "COUNTRY"},
	{{"saved", "save", "n", "US", "--type", "landline"}, "landline"},
	{{"saved", "save", "n", "US", "--area-code", "1"}, "area code"},
	{{"saved", "save", "n", "US", "--contains", "5"}, "'5'"},
	{{"saved", "save", "n", "US", "--vanity", "a"}, "too short"},
	{{"saved", "save", "n", "US", "--region", "California"}, "region"},
	{{"saved", "save", "n", "US", "--locality", "a\033b"}, "locality"},
	{{"saved", "save", "n", "US", "--postal-code", "94105;"}, "postal code"},
	{{"saved", "save", "n", "US", "--near", "here"}, "near"},
	{{"saved", "save", "n", "US", "--distance", "0"}, "distance"},
	{{"saved", "save", "n", "US", "--rate-center", "SNFC"}, "LATA"},
	{{"saved", "save", "n", "US", "--lata", "7a"}, "LATA"},
	{{"saved", "save", "n", "US", "--without", "rcs"}, "--without"},
	{{"saved", "save", "n", "US", "--exclude-address", "some"}, "'some'"},
	{{"saved", "save", "n", "US", "--sort", "beauty"}, "beauty"},
	{{"saved", "save", "n", "US", "--limit", "0"}, "limit '0'"},
	{{"watch", "US", "--type", "landline"}, "landline"},
	{{"watch", "US", "--area-code", "1"}, "area code"},
	{{"watch", "US", "--contains", "5"}, "'5'"},
	{{"watch", "US", "--vanity", "a"}, "too short"},
	{{"watch", "US", "--region", "California"}, "region"},
	{{"watch", "US", "--locality", "a\033b"}, "locality"},
	{{"watch", "US", "--postal-code", "94105;"}, "postal code"},
	{{"watch", "US", "--near", "here"}, "near"},
	{{"watch", "US", "--distance", "0"}, "distance"},
	{{"watch", "US", "--rate-center", "SNFC"}, "LATA"},
	{{"watch", "US", "--lata", "7a"}, "LATA"},
	{{"watch", "US", "--without", "rcs"}, "--without"},
	{{"watch", "US", "--exclude-address", "some"}, "'some'"},
	{{"watch", "US", "--sort", "beauty"}, "beauty"},
	{{"watch", "US", "--limit", "0"}, "limit '0'"},
	{{"watch"}, "needs WHAT"}, {{"watch", "a b"}, "'a b'"}, {{"watch", "US", "--every", "0"}, "from 1 to 1440"},
	{{"watch", "US", "--for", "soon"}, "length of time"}, {{"watch", "US", "--count", "0"}, "'--count 0'"},
	{{"watch", "US", "--count", "2", "--until-found"}, "one of them"},
	{{"basket", "add"}, "NUMBER"}, {{"basket", "add", "--from", "/nonexistent"}, "'/nonexistent'"},
	{{"basket", "remove", "--from", "/nonexistent"}, "'/nonexistent'"}, {{"basket", "add", "x"}, "'x'"},
	{{"basket", "buy", "--max-price", "cheap", "--yes"}, "'--max-price cheap'"},
	{{"basket", "buy", "--address-sid", AC, "--yes"}, "AD and 32"},
	{{"basket", "buy", "--bundle-sid", AC, "--yes"}, "BU and 32"},
	/* list */
	{{"list", "+14155550137"}, "one word too many"}, {{"list", "--where", "nmae:x"}, "name"},
	{{"list", "--where", "cost>cheap"}, "--where"}, {{"list", "--where", "is:nice"}, "--where"},
	{{"list", "--where", "\"open"}, "--where"}, {{"list", "--sort", "colour"}, "'colour'"},
	{{"list", "--sort", "-"}, "--sort"}, {{"list", "--sort", "numbr"}, "did you mean 'number'"},
	{{"list", "--columns", "number,,name"}, "--columns"}, {{"list", "--columns", "number,nmae"}, "name"},
	{{"list", "--columns", "number,number"}, "twice"}, {{"list", "--limit", "0"}, "'--limit 0'"},
	{{"list", "--limit", "many"}, "'--limit many'"}, {{"list", "--limit", "99999999999999999999"}, "'--limit"},
	/* journal, resume */
	{{"journal", "--number", "x"}, "--number"}, {{"journal", "--limit", "-5"}, "'--limit -5'"},
	{{"journal", "all"}, "one word too many"}, {{"resume", "--wait", "601"}, "'--wait 601'"},
	{{"resume", "--wait", "soon"}, "'--wait soon'"}, {{"resume", "--give-up", "it"}, "--give-up"},
	{{"sync", "p"}, "one word too many"},
	/* profiles and the vault */
	{{"profile", "add"}, "needs NAME"}, {{"profile", "add", "p"}, "needs --account-sid"},
	{{"profile", "add", "a/b", "--account-sid", AC, "--secret-fd", "3"}, "'a/b'"},
	{{"profile", "add", "..", "--account-sid", AC, "--secret-fd", "3"}, "'..'"},
	{{"profile", "add", "p", "--account-sid", "ac00000000000000000000000000000001", "--secret-fd", "3"},
	 "AC and 32"},
	{{"profile", "add", "p", "--account-sid", AC "0", "--secret-fd", "3"}, "AC and 32"},
	{{"profile", "add", "p", "--account-sid", AC, "--key-sid", AC, "--secret-fd", "3"}, "SK and 32"},
	{{"profile", "add", "p", "--account-sid", AC, "--secret-fd", "x"}, "'--secret-fd x'"},
	{{"profile", "add", "p", "--account-sid", AC, "--secret-fd", "-2"}, "'--secret-fd -2'"},
	{{"profile", "add", "p", "--account-sid", AC, "--secret-fd", "9"}, "descriptor 9 is not open"},
	{{"passwd", "--new-passphrase-fd", "9"}, "descriptor 9 is not open"},
	{{"profile", "add", "p", "--account-sid", AC}, "--secret-fd"},
	{{"profile", "add", "p", "--account-sid", AC, "--secret-fd", "3", "--label", "0123456789abcdef"}, "at most 15"},
	{{"profile", "add", "p", "--account-sid", AC, "--secret-fd", "3", "--color", "mauve"}, "'mauve'"},
	{{"profile", "show", "a b"}, "'a b'"}, {{"profile", "use"}, "needs NAME"}, {{"profile", "use", ""}, "no name"},
	{{"profile", "check", "a", "b"}, "one word too many"}, {{"profile", "remove"}, "needs NAME"},
	{{"profile", "list", "all"}, "one word too many"},
	{{"profile", "set", "p"}, "nothing to change"}, {{"profile", "set", "a/b", "--label", "X"}, "'a/b'"},
	{{"profile", "set", "p", "--read-only", "maybe"}, "say yes or no"},
	{{"profile", "set", "p", "--protected", "1"}, "say yes or no"},
	{{"profile", "set", "p", "--label", "0123456789abcdef"}, "at most 15"},
	{{"profile", "set", "p", "--color", "mauve"}, "'mauve'"},
	{{"transfer", "+14155550137"}, "needs --to"}, {{"transfer", "--to", "x"}, "NUMBER"},
	{{"transfer", "+14155550137", "--to"}, "needs a value"},
	{{"transfer", "+14155550137", "--to", "x", "--address-sid", "x"}, "AD and 32"},
	{{"transfer", "+14155550137", "--to", "x", "--bundle-sid", "x"}, "BU and 32"},
	{{"transfer", "--to", "x", "--from", "/nonexistent", "--confirm", "1"}, "'/nonexistent'"},
	{{"transfer", "--to", "x", "--where", "nmae:x", "--confirm", "1"}, "name"},
	{{"account", "import", "x", "--all"}, "not both"}, {{"account", "create"}, "needs a NAME"},
	{{"account", "create", "x", "--from", "-"}, "not both"}, {{"account", "create", " "}, "has no name"},
	{{"account", "create", "01234567890123456789012345678901234567890123456789012345678901234"}, "too long"},
	{{"account", "list", "all"}, "one word too many"}, {{"account", "suspend"}, "needs NAME"},
	{{"account", "activate"}, "needs NAME"}, {{"account", "close"}, "needs NAME"},
	{{"account", "close", "a", "b"}, "more words"},
	{{"passwd", "--new-passphrase-fd", "x"}, "'--new-passphrase-fd x'"}, {{"passwd"}, "--new-passphrase-fd"},
	{{"vault", "rekey", "now"}, "more words"}, {{"doctor", "please"}, "one word too many"},
	/* --dry-run where there is no plan */
	{{"--dry-run", "primary", "--clear"}, "--dry-run"},
	{{"--dry-run", "passwd", "--new-passphrase-fd", "3"}, "--dry-run"}, {{"--dry-run", "resume"}, "--dry-run"},
};

/* The API's address is checked before it is used for anything. */
static const char *const bad_urls[] = {
	"ftp://example.com/{product}", "http://example.com/{product}", "http://10.0.0.1/{product}",
	"https://example.com", "https://user:pass@example.com/{product}", "https://{product}.example.com?x=1",
	"https://{product}.{product}.com", "{product}", "http://127.0.0.1.example.com/{product}", "https://",
};

/* --- judging ------------------------------------------------------------------------------------------------------ */

static char *line_of(const char *const *words)
{
	struct buf b;

	buf_init(&b, 4096);
	for (; *words; words++)
		buf_addf(&b, " %s", *words);
	return buf_take(&b);
}

/* Runs the words and expects one line that holds says, and no trace of the attempt. */
static void expect_refused(const char *const *words, const char *says)
{
	const int status = numdesk_v(&nd, words);
	char *line = line_of(words);
	struct stat st;

	if (status != 2)
		fail_msg("numdesk%s: exit %d\n%s%s", line, status, nd.r.out, nd.r.err);
	if (nd.r.out_len > 0)
		fail_msg("numdesk%s prints: %s", line, nd.r.out);
	if (!numdesk_said(&nd, 1, says))
		fail_msg("numdesk%s: said otherwise", line);
	if (strstr(nd.r.err, "hunter2"))
		fail_msg("numdesk%s repeats a secret", line);
	if (stat(nd.home, &st) == 0)
		fail_msg("numdesk%s made a home", line);
	free(line);
}

static void test_wrong_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		expect_refused(wrong[i].words, wrong[i].says);
	assert_int_equal(sandbox_arrivals(sandbox, NULL, NULL), 0);
}

static void test_wrong_urls(void **state)
{
	(void)state;
	nd.sandbox = NULL;
	for (size_t i = 0; i < ARRAY_LEN(bad_urls); i++)
		expect_refused((const char *[]){"--base-url", bad_urls[i], "list", NULL}, "--base-url");
}

/* --- every command, every option of the table --------------------------------------------------------------------- */

static const char *const *plain_words(enum command_id c)
{
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (plain[i].c == c)
			return plain[i].words;
	fail_msg("'%s' has no plain words here", commands[c].path);
	return NULL;
}

/* The command's plain words and one or two more. */
static void refuse_with(enum command_id c, const char *more, const char *still_more, const char *says)
{
	const char *const *from = plain_words(c);
	const char *words[MAX_WORDS] = {NULL};
	size_t n = 0;

	while (from[n] && n < 8) {
		words[n] = from[n];
		n++;
	}
	words[n++] = more;
	words[n] = still_more;
	expect_refused(words, says);
}

static bool is_plain(enum command_id c, const char *option)
{
	const char *const *words = plain_words(c);

	for (size_t i = 0; i < 8 && words[i]; i++)
		if (strncmp(words[i], option, strlen(option)) == 0)
			return true;
	return false;
}

static void check_option(enum command_id c, const struct command_arg *a)
{
	char glued[80];

	if (!a->value) {
		snprintf(glued, sizeof glued, "%s=1", a->name);
		refuse_with(c, glued, NULL, "takes no value");
		return;
	}
	refuse_with(c, a->name, NULL, "needs a value");
	refuse_with(c, a->name, "--json", "needs a value");
	if (strcmp(a->value, "QUERY") != 0) {
		snprintf(glued, sizeof glued, "%s=", a->name);
		refuse_with(c, glued, NULL, "needs a value");
	}
	if (!a->repeats && !is_plain(c, a->name)) {
		char again[80];

		snprintf(glued, sizeof glued, "%s=x", a->name);
		snprintf(again, sizeof again, "%s=y", a->name);
		refuse_with(c, glued, again, "twice");
	}
}

static void test_every_option_of_every_command(void **state)
{
	(void)state;
	for (unsigned c = 0; c < COMMAND_COUNT; c++) {
		const struct command *cmd = &commands[c];

		if (!cmd->cli)
			continue;
		refuse_with((enum command_id)c, "--no-such-option", NULL, "unknown option '--no-such-option'");
		for (const struct command_arg *a = cmd->args; a < cmd->args + COMMAND_MAX_ARGS && a->name; a++)
			if (a->name[0] == '-')
				check_option((enum command_id)c, a);
	}
}

/* Does the table above hold a wrong value of this option for this command? */
static bool has_wrong_value(enum command_id c, const char *option)
{
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		size_t n = 0, used;

		while (n < MAX_WORDS && wrong[i].words[n])
			n++;
		if (command_find(wrong[i].words, n, &used) != c)
			continue;
		for (size_t k = 0; k < n; k++)
			if (strcmp(wrong[i].words[k], option) == 0)
				return true;
	}
	return false;
}

static void test_no_option_is_left_out(void **state)
{
	/* any text will do, or a wrong one is a refused confirmation and no mistake of writing */
	static const char *const free_text[] = {"--confirm"};

	(void)state;
	for (unsigned c = 0; c < COMMAND_COUNT; c++)
		for (size_t k = 0; commands[c].cli && k < COMMAND_MAX_ARGS && commands[c].args[k].name; k++) {
			const struct command_arg *a = &commands[c].args[k];
			bool skip = !a->value;

			for (size_t i = 0; i < ARRAY_LEN(free_text); i++)
				skip = skip || strcmp(a->name, free_text[i]) == 0;
			if (!skip && a->name[0] == '-' && !has_wrong_value((enum command_id)c, a->name))
				fail_msg("no wrong value of '%s %s' is tried", commands[c].path, a->name);
		}
}

/* --- help is no mistake ------------------------------------------------------------------------------------------- */

static void test_help(void **state)
{
	(void)state;
	for (unsigned c = 0; c < COMMAND_COUNT; c++) {
		const char *ask[MAX_WORDS] = {"help"}, *flag[MAX_WORDS], *const *words;
		size_t n = 0, k = 0;

		if (!commands[c].cli)
			continue;
		words = plain_words((enum command_id)c);
		command_find(words, words[1] ? 2 : 1, &n);
		for (; k < n; k++)
			ask[k + 1] = flag[k] = words[k];
		ask[k + 1] = NULL;
		flag[k] = "--help";
		flag[k + 1] = NULL;
		assert_int_equal(numdesk_v(&nd, ask), 0);
		if (!strstr(nd.r.out, commands[c].help))
			fail_msg("help %s: %s", commands[c].path, nd.r.out);
		assert_int_equal(numdesk_v(&nd, flag), 0);
		if (!strstr(nd.r.out, commands[c].help))
			fail_msg("%s --help: %s", commands[c].path, nd.r.out);
	}
	NUMDESK(0, "--help");
	NUMDESK(0, "help");
	NUMDESK(0, "--version");
	assert_int_equal(strncmp(nd.r.out, "numdesk ", 8), 0);
}

/* --- descriptors and files that hold nonsense --------------------------------------------------------------------- */

static void test_passphrases_that_are_none(void **state)
{
	static const struct { const char *text; int status; } cases[] = {
		{"", 2}, {"\n", 2}, {"wrong\n", 3}, {"correct horse battery\nand more", 0},
		{" correct horse battery", 3},
	};
	char *long_one = calloc(1, 3000);

	(void)state;
	memset(long_one, 'x', 2500);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		nd.pass = cases[i].text;
		if (numdesk(&nd, "sync", NULL) != cases[i].status || !numdesk_said(&nd, cases[i].status ? 1 : 0, NULL))
			fail_msg("case %zu: exit %d: %s", i, nd.r.status, nd.r.err);
	}
	nd.pass = long_one;
	NUMDESK(2, "sync");
	nd.pass = NULL;
	NUMDESK(2, "--passphrase-fd", "9", "sync");
	assert_true(numdesk_said(&nd, 1, "not open"));
	NUMDESK(2, "--passphrase-fd", "1", "sync");
	free(long_one);
}

static void write_config(const char *text, mode_t mode)
{
	const char *path = test_path(nd.home, "config.ini");
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fchmod(fileno(f), mode);
	fclose(f);
}

static void test_configurations_that_are_wrong(void **state)
{
	static const struct { const char *text, *says; } cases[] = {
		{"[api]\ntimout = 3\n", ":2:1: "}, {"[api]\nread_timeout = soon\n", ":2:16: "},
		{"read_timeout = 3\n", ":1:"}, {"[guard]\nmax_price = lots\n", ":2:13: "}, {"[api\n", ":1:"},
		{"[api]\nbase_url = http://example.com/{product}\n", "https"},
		{"[api]\nauth_token = x\n", "profile add"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		write_config(cases[i].text, 0600);
		nd.sandbox = NULL;
		if (numdesk(&nd, "list", NULL) != 2 || nd.r.out_len || !numdesk_said(&nd, 1, cases[i].says))
			fail_msg("case %zu: exit %d: %s", i, nd.r.status, nd.r.err);
	}
	write_config("", 0644);
	NUMDESK(2, "list");
	assert_true(numdesk_said(&nd, 1, "chmod"));
	write_config("", 0600);
	NUMDESK(2, "--config", "/nonexistent/config.ini", "list");
	NUMDESK(2, "doctor", "--config", "/nonexistent/config.ini");
	assert_non_null(strstr(nd.r.out, "bad"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_wrong_lines), TEST(test_wrong_urls), TEST(test_every_option_of_every_command),
		TEST(test_no_option_is_left_out), TEST(test_help), READY(test_passphrases_that_are_none),
		READY(test_configurations_that_are_wrong),
	};

	return cmocka_run_group_tests(tests, up, down);
}
