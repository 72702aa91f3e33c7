using Azure;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Coordination;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training.Coordination;

public class TrainingFailureTests
{
    private const string Secret = "/home/somebody account.blob.core.windows.net:443 AccountKey=abc";

    public static TheoryData<Exception, string> Failures => new()
    {
        { new RequestFailedException(403, Secret), "The storage answered with status 403; the log says more." },
        { new RequestFailedException(Secret), "The storage did not answer; the log says more." },
        { new TaskCanceledException(Secret), "The storage did not answer; the log says more." },
        { new AggregateException(new RequestFailedException(Secret)), "The storage did not answer; the log says more." },
        { new StorageConfigurationException(Secret), "The storage did not answer; the log says more." },
        { new BackboneException(Secret), "The backbone is missing or cannot be used; the log says more." },
        { Some.OutOfMemory(), "There was not enough memory." },
        { new InvalidOperationException(Secret), "An unexpected fault, InvalidOperationException; the log says more." },
        { new IOException(Secret), "An unexpected fault, IOException; the log says more." },
    };

    [Theory, MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void TheTextOfAnExceptionIsNotShown(Exception failure, string sentence) =>
        Assert.Equal(sentence, TrainingFailure.Sentence(failure));

    [Fact]
    public void WhatThisProgramSaysOfItsOwnBlobsIsShown() =>
        Assert.Equal("current.json is damaged.", TrainingFailure.Sentence(new InvalidHeadException("current.json is damaged.")));
}
