#!/usr/bin/env bash
# Mutation testing of one folder (or file) of core: every operator is changed once, and the tests must notice.
#   bash tools/mutation/run.sh core/Metrics            the tests of tests/Metrics
#   bash tools/mutation/run.sh core/Storage Storage Training
# The further arguments are folders of tests/ to run; without any, the one that has the mutated folder's name.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

mutated=${1:?name a folder or file of core, as core/Metrics}
mutated=${mutated%/}
[[ $mutated == core/* && -e $mutated ]] || { echo "$mutated is no folder or file of core." >&2; exit 2; }
shift
room=${mutated#core/}
folders=("$@")
(( ${#folders[@]} )) || folders=("${room%%/*}")
for folder in "${folders[@]}"; do
  [[ -d tests/$folder ]] || { echo "tests/$folder does not exist: name the folders of tests to run after $mutated." >&2; exit 2; }
done

# Mutated assemblies never lie in the checkout's own bin folders: everything happens in a copy of the working tree.
root=$PWD
work=$root/artifacts/mutation
rm -rf "$work/tree"
mkdir -p "$work/tree"
git ls-files -z --cached --others --exclude-standard --deduplicate | while IFS= read -r -d '' file; do
  [[ ! -f $file ]] || printf '%s\0' "$file"
done | xargs -0 cp --parents -t "$work/tree"
[[ ! -d tools/azurite/node_modules ]] || ln -s "$root/tools/azurite/node_modules" "$work/tree/tools/azurite/node_modules"
[[ ! -d ../shared ]] || ln -sfn "$(cd ../shared && pwd)" "$work/shared"

cd "$work/tree"
dotnet tool restore
pattern=$room
[[ -f core/$room ]] || pattern="$room/**/*.cs"
TestFolders=$(IFS=';'; echo "${folders[*]}")
# The analyzers have seen the code already, and twice the time for a build is much here.
export TestFolders RunAnalyzers=false
cd tests
dotnet stryker --config-file ../tools/mutation/stryker-config.json --mutate "$pattern" --output "$work/${room//\//-}"
echo "The report: $work/${room//\//-}/reports/mutation-report.html"
