using ClockFunctions.Core.Backbones;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Backbones;

public sealed class BackboneCatalogueTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-").FullName;

    [Fact]
    public void ABackboneIsFoundByItsIdOrByItsSpecFile()
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue(TestBackbone.Folder).Resolve(TestBackbone.Id);
        (BackboneSpec other, string sameFile) = new BackboneCatalogue(_folder).Resolve(Path.Combine(TestBackbone.Folder, "tiny.json"));

        Assert.Equal((spec.Sha256, file), (other.Sha256, sameFile));
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void WhatIsNotThereIsAnsweredWithHowToGetIt()
    {
        BackboneCatalogue catalogue = new(_folder);

        Assert.EndsWith(
            "`clocks backbone pull resnet50` downloads it.", Fault(() => catalogue.Resolve("resnet50")), StringComparison.Ordinal);
        Assert.EndsWith(
            "`clocks backbone import FILE.onnx --id mine` takes any image network.", Fault(() => catalogue.Resolve("mine")),
            StringComparison.Ordinal);
        Assert.Equal("There is no backbone spec mine.json.", Fault(() => catalogue.Resolve("mine.json")));
        Assert.Equal(
            "mine.onnx is a model, not a backbone yet: import it with `clocks backbone import mine.onnx`.",
            Fault(() => catalogue.Resolve("mine.onnx")));
    }

    [Fact]
    public void AllKnownBackbonesAreListedAndABrokenOneSaysWhy()
    {
        File.WriteAllText(Path.Combine(_folder, "resnet18.json"), "{ \"id\": ");
        IReadOnlyList<BackboneListing> listings = new BackboneCatalogue(_folder).List();

        BackboneListing broken = Assert.Single(listings, listing => listing.State is BackboneState.Installed);
        Assert.Equal("resnet18", broken.Id);
        Assert.StartsWith($"{Path.Combine(_folder, "resnet18.json")} is no backbone spec: ", broken.Problem, StringComparison.Ordinal);
        Assert.Equal(
            ["mobilenetv2", "squeezenet", "resnet50", "resnet101", "vgg16", "alexnet", "efficientnet-lite4", "dinov2-small"],
            listings.Where(listing => listing.State is BackboneState.Known).Select(listing => listing.Id));
    }

    [Fact]
    public void AnInstalledBackboneWithoutItsModelSaysSo()
    {
        File.Copy(Path.Combine(TestBackbone.Folder, "tiny.json"), Path.Combine(_folder, "tiny.json"));

        BackboneListing listing = Assert.Single(new BackboneCatalogue(_folder).List(), listing => listing.Id == "tiny");
        Assert.Equal($"{TestBackbone.Spec.File} is missing or cut short", listing.Problem);
        Assert.StartsWith(
            "The model of backbone 'tiny' is not there: ", Fault(() => new BackboneCatalogue(_folder).Verify("tiny")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void KnownBackbonesComeFromWhereTheirHashIsPublished()
    {
        Assert.Equal(
            new Uri("https://huggingface.co/onnx-community/dinov2-small/resolve/8b1f705a3a7f6f062f6bdd21986c1583d3ef105d/onnx/model.onnx"),
            KnownBackbone.Find("dinov2-small")!.Source);
        Assert.Equal(
            new Uri("https://huggingface.co/onnxmodelzoo/squeezenet1.1-7/resolve/main/squeezenet1.1-7.onnx"),
            KnownBackbone.Find("squeezenet")!.Source);
        Assert.All(KnownBackbone.All, known => Assert.Matches("^[0-9a-f]{64}$", known.Sha256));
        Assert.Distinct(KnownBackbone.All.Select(known => known.Sha256));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Fault(Action action) => Assert.Throws<BackboneException>(action).Message;
}
