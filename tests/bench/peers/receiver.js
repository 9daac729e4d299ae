// What both Node receivers have in common, as their tutorials have it: the HMAC
// over the raw bytes, compared in constant time; and, if STORE names a folder,
// the event as a file of it, on disk before the answer. NODE_PROCESSES of
// them share the port.
const cluster = require('node:cluster');
const crypto = require('node:crypto');
const fs = require('node:fs/promises');

const { SECRET, STORE, PORT, NODE_PROCESSES } = process.env;

exports.genuine = (body, header) => {
	const expected = Buffer.from('sha256=' + crypto
		.createHmac('sha256', SECRET).update(body).digest('hex'));
	const got = Buffer.from(header ?? '');
	return got.length === expected.length &&
		crypto.timingSafeEqual(got, expected);
};

async function sync(path) {
	const dir = await fs.open(path);
	try {
		await dir.sync();
	} finally {
		await dir.close();
	}
}

exports.accept = async (body) => {
	const { id } = JSON.parse(body);
	if (!STORE)
		return;
	if (!/^[\w-]+$/.test(id))
		throw new Error('the id is no name for a file');
	const file = await fs.open(`${STORE}/tmp/${id}`, 'wx');
	try {
		await file.writeFile(body);
		await file.sync();
	} finally {
		await file.close();
	}
	await fs.rename(`${STORE}/tmp/${id}`, `${STORE}/new/${id}`);
	await sync(`${STORE}/new`);
};

exports.serve = (listen) => {
	const processes = Number(NODE_PROCESSES ?? 1);
	if (processes > 1 && cluster.isPrimary) {
		for (let i = 0; i < processes; i++)
			cluster.fork();
	} else {
		listen(Number(PORT), '127.0.0.1');
	}
};
