// Scores photos in a browser with a file that `clocks models export` wrote. npm install onnxruntime-web
import * as ort from 'onnxruntime-web';

/** Loads an exported model from a URL. */
export const load = url => ort.InferenceSession.create(url);

/** The probability of the target, 0 to 1, for an <img>, a <canvas>, an ImageBitmap, ... */
export async function score(session, image) {
  const [, height, width] = session.inputMetadata[0].shape; // N, H, W, 3
  return probability(session, pixels(image, width, height));
}

/** The probability for pixels that are resized already: H×W×3, R G B of 0-255. */
export async function probability(session, rgb) {
  const [, height, width] = session.inputMetadata[0].shape;
  const input = new ort.Tensor('float32', rgb, [1, height, width, 3]);
  const outputs = await session.run({ [session.inputNames[0]]: input });
  return outputs[session.outputNames[0]].data[0];
}

/** The whole image squashed to width×height (pipeline resize), on white where it is transparent. */
export function pixels(image, width, height) {
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  const rgba = context.getImageData(0, 0, width, height).data;
  return Float32Array.from({ length: width * height * 3 }, (_, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)]);
}
