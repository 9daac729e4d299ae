// A receiver with Express.
const express = require('express');
const { genuine, accept, serve } = require('./receiver.js');

const app = express();

app.post('/hooks/coral', express.raw({ type: '*/*', limit: '64mb' }),
	async (req, res) => {
		if (!genuine(req.body, req.get('X-Coral-Signature')))
			return res.status(401).json({ error: 'signature' });
		await accept(req.body);
		res.json({ received: true });
	});

serve((port, host) => app.listen(port, host));
