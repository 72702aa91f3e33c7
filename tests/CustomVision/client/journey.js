// The official clients, unchanged. Usage: node journey.js ENDPOINT PROJECT PHOTOS CLASSIFY-URL
// PHOTOS has a folder a tag. Callers on the same machine need no key, so any will do. Writes one JSON object about what each call answered.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import msRest from "@azure/ms-rest-js";
import prediction from "@azure/cognitiveservices-customvision-prediction";
import training from "@azure/cognitiveservices-customvision-training";

const [endpoint, project, photos, url] = process.argv.slice(2);
const key = name => new msRest.ApiKeyCredentials({ inHeader: { [name]: "any" } });
const predictor = new prediction.PredictionAPIClient(key("Prediction-key"), endpoint);
const trainer = new training.TrainingAPIClient(key("Training-key"), endpoint);
const failure = async call => {
  try {
    await call();
    return null;
  } catch (error) {
    return { status: error.statusCode, code: error.body?.code, message: error.body?.message };
  }
};
const said = { projects: await trainer.getProjects() };

const folders = readdirSync(photos);
const first = join(photos, folders[0], readdirSync(join(photos, folders[0]))[0]);
said.before = await predictor.classifyImage(project, "current", readFileSync(first));
said.unknown = await failure(() => predictor.classifyImage(project, "nobody", readFileSync(first)));
said.broken = await failure(() => predictor.classifyImage(project, "current", Buffer.from("no image")));

const tags = {};
for (const folder of folders) {
  const known = (await trainer.getTags(project)).find(tag => tag.name === folder);
  tags[folder] = known ?? (await trainer.createTag(project, folder));
}
said.twice = await failure(() => trainer.createTag(project, folders[0]));
said.uploads = [];
for (const folder of folders) {
  const files = readdirSync(join(photos, folder)).map(name => ({ name, contents: readFileSync(join(photos, folder, name)) }));
  const batch = { images: files.slice(1), tagIds: [tags[folder].id] };
  said.uploads.push(await trainer.createImagesFromFiles(project, batch));
  const options = { tagIds: [tags[folder].id] };
  said.uploads.push(await trainer.createImagesFromData(project, files[0].contents, options));
  said.again = await trainer.createImagesFromData(project, files[0].contents, options);
}
said.tags = await trainer.getTags(project);
said.count = (await trainer.getTaggedImageCount(project)).body;
said.page = await trainer.getTaggedImages(project, { take: 5, skip: 2, tagIds: [tags[folders[0]].id] });

let iteration = await trainer.trainProject(project);
said.started = iteration;
for (let i = 0; i < 300 && iteration.status === "Training"; i++) {
  await pause(200);
  iteration = await trainer.getIteration(project, iteration.id);
}
delete iteration.publishName; // it is the current one a moment after it was trained
said.iteration = iteration;
said.performance = await trainer.getIterationPerformance(project, iteration.id, { threshold: 0.5 });
said.published = (await trainer.publishIteration(project, iteration.id, "my model", "anything")).body;
said.taken = await failure(() => trainer.publishIteration(project, iteration.id, "", "anything"));
said.classified = await predictor.classifyImage(project, "my model", readFileSync(first));
said.notStored = await predictor.classifyImageWithNoStore(project, "my model", readFileSync(first));
said.fromUrl = url && (await predictor.classifyImageUrl(project, "my model", { url }));
said.fromUrlNotStored = url && (await predictor.classifyImageUrlWithNoStore(project, "my model", { url }));
said.insecureUrl = await failure(() => predictor.classifyImageUrl(project, "my model", { url: "http://127.0.0.1/a.jpg" }));
said.iterations = await trainer.getIterations(project);
await trainer.unpublishIteration(project, iteration.id);
said.unpublished = await failure(() => predictor.classifyImage(project, "my model", readFileSync(first)));
await trainer.deleteImages(project, { imageIds: [said.page[0].id] });
said.left = (await trainer.getTaggedImageCount(project)).body;
said.unsupported = await failure(() => trainer.createProject("another"));
console.log(JSON.stringify(said));
