// How long the plugin and AWS's SDK for JavaScript wait before another attempt, measured by a server that fails in the
// same way for both. Each run has a server of its own. Exit status 1: the distributions differ by more than chance.
//
//	node retry_delays.mjs --sdk=DIR [--plugin=PLUGIN] [--draws=100]
//
// DIR holds node_modules with @aws-sdk/client-ecs; PLUGIN is the built check_ecs_bottleneck (CHECK_ECS_PLUGIN).

import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';

const option = name => process.argv.find(word => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const sdkDirectory = option('sdk');
const plugin = option('plugin') ?? process.env.CHECK_ECS_PLUGIN;
const draws = Number(option('draws') ?? 100);
if (!sdkDirectory || !plugin || !(draws > 0)) {
	console.error('usage: node retry_delays.mjs --sdk=DIR --plugin=PLUGIN [--draws=100]');
	process.exit(3);
}
const load = createRequire(join(resolve(sdkDirectory), 'none.js'));
const {ECSClient, ListServicesCommand} = load('@aws-sdk/client-ecs');

const CLUSTER = 'prod';
// Starting processes takes a processor that others measure pauses with: short pauses are measured one run at a time.
const AT_ONCE_LONG = 12, LONG_MS = 500;
const FIXED_MS = 30;

// What the first `failures` requests meet; then comes an empty list.
const unavailable = headers => response => {
	response.writeHead(503, {'Content-Type': 'application/x-amz-json-1.1', ...headers});
	response.end('{"__type":"ServiceUnavailableException","message":"try again"}');
};
const throttled = status => response => {
	response.writeHead(status, {'Content-Type': 'application/x-amz-json-1.1'});
	response.end('{"__type":"ThrottlingException","message":"Rate exceeded"}');
};
const cases = [
	{name: 'two 503', failures: 2, fail: unavailable({}), ceiling_ms: [50, 100]},
	{name: 'connection closed without an answer', failures: 1, fail: response => response.destroy(), ceiling_ms: [50]},
	{name: 'throttled', failures: 1, fail: throttled(400), ceiling_ms: [1000]},
	{name: '429', failures: 1, fail: throttled(429), ceiling_ms: [1000]},
	{name: '503, x-amz-retry-after: 300', failures: 1, fail: unavailable({'x-amz-retry-after': '300'}), ceiling_ms: [300], fixed: true},
	{name: '503, x-amz-retry-after: 9000', failures: 1, fail: unavailable({'x-amz-retry-after': '9000'}), ceiling_ms: [5050], runs: 24},
	{name: '503 for ever', failures: Infinity, fail: unavailable({}), ceiling_ms: [50, 100], runs: 10},
];

function serve(kind) {
	const arrivals = [], failed = [];
	const server = createServer((request, response) => {
		request.resume();
		request.on('end', () => {
			arrivals.push(performance.now());
			if (arrivals.length > kind.failures) {
				response.writeHead(200, {'Content-Type': 'application/x-amz-json-1.1'});
				response.end('{"serviceArns":[]}');
				return;
			}
			kind.fail(response);
			failed.push(performance.now());
		});
	});
	return new Promise(done => server.listen(0, '127.0.0.1', () => done({
		url: `http://127.0.0.1:${server.address().port}`,
		end() {
			server.closeAllConnections();
			server.close();
			return {attempts: arrivals.length, pauses_ms: arrivals.slice(1).map((at, i) => at - failed[i])};
		},
	})));
}

const clients = {
	async plugin(url) {
		const environment = {PATH: process.env.PATH, AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1',
			AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null'};
		const child = spawn(plugin, ['-c', CLUSTER, '-t', '60', '--no-cache', `--endpoint-url=${url}`], {env: environment, stdio: 'ignore'});
		await new Promise(done => child.on('exit', done));
	},
	async sdk(url) {
		const client = new ECSClient({endpoint: url, region: 'eu-west-1', credentials: {accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret'}});
		await client.send(new ListServicesCommand({cluster: CLUSTER, maxResults: 100})).catch(() => undefined);
		client.destroy();
	},
};

async function runs(kind, client) {
	const results = [];
	const total = kind.runs ?? draws;
	let started = 0;
	const work = async () => {
		while (started++ < total) {
			const server = await serve(kind);
			await client(server.url);
			results.push(server.end());
		}
	};
	const at_once = kind.ceiling_ms[0] < LONG_MS ? 1 : Math.min(AT_ONCE_LONG, total);
	await Promise.all(Array.from({length: at_once}, work));
	return results;
}

// The largest distance between two empirical distributions (Kolmogorov and Smirnov).
function distance(a, b) {
	const share = (values, x) => values.filter(v => v <= x).length / values.length;
	return Math.max(...[...a, ...b].map(x => Math.abs(share(a, x) - share(b, x))));
}
// It is exceeded by chance once in 1,000 times.
const critical = (n, m) => 1.95 * Math.sqrt((n + m) / (n * m));

const ascending = values => [...values].sort((a, b) => a - b);
const median = values => ascending(values)[Math.floor(values.length / 2)];

function describe(values) {
	const sorted = ascending(values);
	const at = q => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
	const mean = sorted.reduce((sum, v) => sum + v, 0) / sorted.length;
	return [mean, at(0.1), at(0.5), at(0.9), sorted.at(-1)].map(v => v.toFixed(0).padStart(6)).join('');
}

const version = name => {
	try {
		return JSON.parse(readFileSync(join(resolve(sdkDirectory), 'node_modules', name, 'package.json'))).version;
	} catch {
		return 'missing';
	}
};
console.log(`node ${process.versions.node}, @aws-sdk/client-ecs ${version('@aws-sdk/client-ecs')}, @smithy/core ${version('@smithy/core')}`);
console.log('pauses in milliseconds                                        mean   10%   50%   90%   max  distance (chance)');
let differ = 0;
for (const kind of cases) {
	const found = {plugin: await runs(kind, clients.plugin), sdk: await runs(kind, clients.sdk)};
	const attempts = Object.entries(found).map(([who, all]) => [who, [...new Set(all.map(r => r.attempts))].sort().join('/')]);
	const wanted = kind.failures === Infinity ? '3' : `${kind.failures + 1}`;
	for (const [who, count] of attempts) {
		if (count !== wanted) {
			console.log(`${kind.name}: ${who} makes ${count} attempts, not ${wanted}`);
			differ++;
		}
	}
	for (let i = 0; i < kind.ceiling_ms.length; i++) {
		const pauses = Object.fromEntries(Object.entries(found).map(([who, all]) => [who, all.map(r => r.pauses_ms[i]).filter(v => v !== undefined)]));
		const d = distance(pauses.plugin, pauses.sdk);
		const bound = critical(pauses.plugin.length, pauses.sdk.length);
		for (const who of ['plugin', 'sdk']) {
			const label = `${kind.name}, pause ${i + 1} (up to ${kind.ceiling_ms[i]})`;
			console.log(`${(who === 'plugin' ? label : '').padEnd(52)} ${who.padEnd(7)}${describe(pauses[who])}${who === 'sdk' ? `  ${d.toFixed(2)} (${bound.toFixed(2)})` : ''}`);
		}
		// A pause without a random part differs by what each program takes to send again.
		differ += kind.fixed ? Math.abs(median(pauses.plugin) - median(pauses.sdk)) > FIXED_MS : d > bound;
	}
}
console.log(differ ? `${differ} differences` : 'no difference beyond chance');
process.exit(differ ? 1 : 0);
