#!/bin/sh
# Runs fuzz targets, so many at a time, and prints a line for each. Run by `make fuzz` in the build folder that
# holds them: run.sh SOURCES SECONDS JOBS TARGET... New inputs go to found/TARGET and are used again by the next run; what
# crashes, leaks, takes longer than 5 s or more than 512 MiB goes to crashes/ and makes the run fail.
# FUZZ_SEED, where it is set, makes a run take the same way each time.
set -eu

sources=$1
seconds=$2
jobs=$3
shift 3
mkdir -p crashes logs
failed=0

# Without JOBS this is one of them.
if [ -n "$jobs" ]; then
	printf '%-12s %12s %8s %8s %s\n' target executions edges corpus crashes
	printf '%s\n' "$@" | xargs -P "$jobs" -n 1 sh "$0" "$sources" "$seconds" '' || failed=1
	exit "$failed"
fi
for target; do
	mkdir -p "found/$target"
	log=logs/$target.log
	dictionary=$sources/dictionaries/$target.dict
	: >"logs/$target.begun"
	set -- "found/$target" "$sources/corpus/$target"
	[ ! -f "$dictionary" ] || set -- "-dict=$dictionary" "$@"
	status=0
	"tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=512 -print_final_stats=1 \
		${FUZZ_SEED:+"-seed=$FUZZ_SEED"} -artifact_prefix="crashes/$target-" "$@" >"$log" 2>&1 </dev/null || status=$?
	crashes=$(find crashes -name "$target-*" -newer "logs/$target.begun" | wc -l)
	# "#4096 DONE cov: 120 ft: 300 corp: 40/1234b ..." is the last of its lines of that kind.
	awk -v target="$target" -v crashes="$crashes" '
		$1 ~ /^#[0-9]+$/ {
			for (i = 2; i < NF; i++) {
				if ($i == "cov:") edges = $(i + 1)
				if ($i == "corp:") { corpus = $(i + 1); sub("/.*", "", corpus) }
			}
			executions = substr($1, 2)
		}
		$1 == "stat::number_of_executed_units:" { executions = $2 }
		END { printf "%-12s %12d %8d %8d %d\n", target, executions, edges, corpus, crashes }' "$log"
	if [ "$status" -ne 0 ] || [ "$crashes" -gt 0 ]; then
		failed=1
		echo "--- $target ended with status $status; the end of $log:"
		tail -n 40 "$log"
	fi
done
exit "$failed"
