// Makes calls with AWS's SDK for JavaScript and says what came of each.
//
//	node calls.mjs --sdk=DIR <CALLS >RESULTS
//
// DIR holds node_modules with the SDK's clients. Keys, region and endpoints come from the environment and from AWS's files,
// as for any program. CALLS is a JSON list of {client: "ecs", command: "ListServices", input: {...}, paged, cbor}: paged goes on until
// the last page, with the SDK's own paginator; cbor has the client speak Smithy RPC v2 with CBOR; endpoint and keys take the place of
// those of the environment; {decode: BASE64} has a body in CBOR decoded. RESULTS is {versions: {...}, results: [{pages: [output, ...]},
// {error: {...}} or {decoded: ...}, ...]}, times as seconds since 1970.

import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';

const directory = process.argv.find(word => word.startsWith('--sdk='))?.slice(6);
if (!directory) {
	console.error('usage: node calls.mjs --sdk=DIR <CALLS');
	process.exit(3);
}
const load = createRequire(join(resolve(directory), 'none.js'));
const libraries = {ecs: '@aws-sdk/client-ecs', cloudwatch: '@aws-sdk/client-cloudwatch', sts: '@aws-sdk/client-sts'};
const clients = {ecs: 'ECSClient', cloudwatch: 'CloudWatchClient', sts: 'STSClient'};
const {isThrottlingError, isTransientError, isServerError} = load('@smithy/core/retry');

const versionOf = name => JSON.parse(readFileSync(join(resolve(directory), 'node_modules', name, 'package.json'))).version;
const versions = {node: process.version.slice(1)};
for (const name of [...Object.values(libraries), '@aws-sdk/core', '@smithy/core']) {
	versions[name] = versionOf(name);
}

// The SDK takes dates for times, and gives them.
const TIMES = new Set(['StartTime', 'EndTime']);
const withDates = (value, key) =>
	TIMES.has(key) ? new Date(value * 1000)
	: Array.isArray(value) ? value.map(item => withDates(item))
	: value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withDates(item, name)]))
	: value;
const withSeconds = value =>
	value instanceof Date ? value.getTime() / 1000
	: Array.isArray(value) ? value.map(withSeconds)
	: value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).filter(([name]) => name !== '$metadata').map(([name, item]) => [name, withSeconds(item)]))
	: value;

const described = error => ({
	name: error.name,
	message: error.message,
	class: error.constructor.name,
	fault: error.$fault,
	status: error.$metadata?.httpStatusCode,
	request_id: error.$metadata?.requestId,
	attempts: error.$metadata?.attempts,
	throttling: isThrottlingError(error),
	transient: isTransientError(error) || isServerError(error),
	query_code: error.Error?.Code,
});

// Times are numbers with a tag.
const withoutTags = value =>
	Array.isArray(value) ? value.map(withoutTags)
	: value && typeof value === 'object' ? ('tag' in value ? value.value : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutTags(item)])))
	: value;

async function make(call) {
	if (call.decode) {
		return {decoded: withoutTags(load('@smithy/core/cbor').cbor.deserialize(Buffer.from(call.decode, 'base64')))};
	}
	const library = load(libraries[call.client]);
	const client = new library[clients[call.client]]({
		...(call.endpoint && {endpoint: call.endpoint}),
		...(call.keys && {credentials: call.keys}),
		...(call.cbor && {protocol: load('@smithy/core/cbor').SmithyRpcV2CborProtocol}),
	});
	try {
		const pages = [];
		if (call.paged) {
			for await (const page of library[`paginate${call.command}`]({client}, withDates(call.input))) {
				pages.push(withSeconds(page));
			}
		} else {
			pages.push(withSeconds(await client.send(new library[`${call.command}Command`](withDates(call.input)))));
		}
		return {pages};
	} catch (error) {
		return {error: described(error)};
	} finally {
		client.destroy();
	}
}

const results = [];
for (const call of JSON.parse(readFileSync(0))) {
	results.push(await make(call));
}
process.stdout.write(JSON.stringify({versions, results}));
