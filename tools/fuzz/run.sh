#!/usr/bin/env bash
# Fuzzing of whatever reads bytes that somebody else wrote, with AFL++ and SharpFuzz.
#   bash tools/fuzz/run.sh               every target for ten minutes, one after the other
#   bash tools/fuzz/run.sh image 60      one target for a minute
# Findings stay in artifacts/fuzz/TARGET/default/{crashes,hangs}; `dotnet run --project tools/fuzz -- TARGET FILE` shows what one does.
# Mended, it goes into tools/fuzz/seeds/TARGET, where the tests hold it.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

targets=(block form head image onnx rule)
[[ -z ${1:-} ]] || targets=("$1")
seconds=${2:-600}

if ! command -v afl-fuzz >/dev/null; then
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends afl++ >/dev/null
fi
dotnet tool restore

# The instrumented assemblies never lie in a bin folder of the checkout.
bin=artifacts/fuzz/bin
rm -rf "$bin"
dotnet publish tools/fuzz -c Release -v quiet -o "$bin"
for assembly in ClockFunctions.Core SixLabors.ImageSharp; do
  dotnet sharpfuzz "$bin/$assembly.dll"
done

# The runtime is no binary of AFL's own, and how the machine is set up (core files, clock) is no reason to stop.
export AFL_SKIP_BIN_CHECK=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1
for target in "${targets[@]}"; do
  rm -rf "artifacts/fuzz/$target"
  afl-fuzz -i "tools/fuzz/seeds/$target" -o "artifacts/fuzz/$target" -V "$seconds" -t 10000 -m none \
    -- "$bin/ClockFunctions.Fuzz" "$target" >"artifacts/fuzz/$target.log" 2>&1 || { tail -n 20 "artifacts/fuzz/$target.log"; exit 1; }
  stat() { sed -nE "s/^$1 +: (.*)/\1/p" "artifacts/fuzz/$target/default/fuzzer_stats"; }
  echo "$target: $(stat execs_done) runs in $seconds s, $(stat corpus_count) kinds of input," \
    "$(stat saved_crashes) crashes, $(stat saved_hangs) hangs"
done
