// node server.js MODEL.onnx PORT INPUT_NAME CLASS_OUTPUT SIDE Logits|Probabilities
// WORKERS processes (cluster) with THREADS ONNX Runtime threads each: the benchmark tries the sensible pairs
// and compares against the best one.
const cluster = require('node:cluster');

const workers = Number(process.env.WORKERS ?? 1);
if (workers > 1 && cluster.isPrimary) {
  for (let i = 0; i < workers; i++) cluster.fork();
  process.on('SIGTERM', () => process.exit(0));
} else {
  serve(...process.argv.slice(2));
}

async function serve(model, port, inputName, classOutput, sideText, classKind) {
  const fastify = require('fastify');
  const sharp = require('sharp');
  const ort = require('onnxruntime-node');
  const targetClasses = [409, 530, 531, 826, 892];
  const side = Number(sideText);
  const pixels = side * side;

  sharp.concurrency(1); // a photo a thread: the images are small and requests run side by side
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: Number(process.env.THREADS ?? 2),
    graphOptimizationLevel: 'all',
  });

  const app = fastify({ bodyLimit: 20 * 1024 * 1024 });
  app.addContentTypeParser(/^image\//, { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.get('/api/health', () => ({ ready: true }));
  app.post('/api/score', async (request, reply) => {
    let decoded;
    try {
      decoded = await sharp(request.body)
        .rotate()
        .flatten({ background: '#ffffff' })
        .resize(side, side, { fit: 'fill', kernel: 'linear' })
        .toColourspace('srgb')
        .raw()
        .toBuffer();
    } catch (error) {
      return reply.code(400).send({ title: error.message });
    }

    const input = new Float32Array(3 * pixels);
    for (let i = 0, j = 0; i < pixels; i++, j += 3) {
      input[i] = decoded[j] / 127.5 - 1;
      input[i + pixels] = decoded[j + 1] / 127.5 - 1;
      input[i + 2 * pixels] = decoded[j + 2] / 127.5 - 1;
    }

    const outputs = await session.run({ [inputName]: new ort.Tensor('float32', input, [1, 3, side, side]) }, [classOutput]);
    const classes = outputs[classOutput].data;
    const probabilities = classKind === 'Logits' ? softmax(classes) : classes;
    const probability = targetClasses.reduce((sum, c) => sum + probabilities[c], 0);
    const topClasses = [...probabilities.keys()]
      .sort((a, b) => probabilities[b] - probabilities[a])
      .slice(0, 5)
      .map((index) => ({ index, probability: probabilities[index] }));
    return { label: 'clock', probability, isTarget: probability >= 0.007, topClasses };
  });

  await app.listen({ port: Number(port), host: '127.0.0.1' });
}

function softmax(logits) {
  const max = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const exp = logits.map((x) => Math.exp(x - max));
  const sum = exp.reduce((a, b) => a + b, 0);
  return exp.map((x) => x / sum);
}
