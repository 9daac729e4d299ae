// A receiver with Fastify.
const app = require('fastify')({ bodyLimit: 64 << 20 });
const { genuine, accept, serve } = require('./receiver.js');

app.addContentTypeParser('application/json', { parseAs: 'buffer' },
	(req, body, done) => done(null, body));

app.post('/hooks/coral', async (req, reply) => {
	if (!genuine(req.body, req.headers['x-coral-signature']))
		return reply.code(401).send({ error: 'signature' });
	await accept(req.body);
	return { received: true };
});

serve((port, host) => app.listen({ port, host }));
