// The smallest test runner that prints what failed and one line with the count.
import assert from 'node:assert/strict';

const tests = [];

export {assert};

// options.breaks: the violations of requests that the test makes on purpose, as a pattern of "code at place".
export function test(name, run, options = {}) {
	tests.push({name, run, options});
}

function timeout(ms) {
	let timer;
	const done = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no end after ${ms} ms`)), ms);
	});
	return {done, stop: () => clearTimeout(timer)};
}

// after(options) runs behind each test and gives the complaints that are not the test's own.
export async function runTests(after) {
	let passed = 0, failed = 0;
	for (const {name, run, options} of tests) {
		const limit = timeout(60000);
		const complaints = [];
		try {
			await Promise.race([run(), limit.done]);
		} catch (e) {
			complaints.push(e.code === 'ERR_ASSERTION' ? e.message : e.stack);
		}
		limit.stop();
		complaints.push(...after(options));
		if (complaints.length === 0) {
			passed++;
			continue;
		}
		failed++;
		console.log(`--- ${name}`);
		for (const c of complaints)
			console.log(`  ${c.replaceAll('\n', '\n  ')}`);
	}
	return {passed, failed};
}
