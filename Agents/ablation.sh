#!/bin/sh
# Trains an agent with every line of settings of a file, with the same budget and seeds, and tells what each is worth:
#   Agents/ablation.sh AGENT VARIANTS FOLDER BUDGET...
# as in  Agents/ablation.sh Agents/connect4/ablation.toml Agents/connect4/ablation.txt runs/ablation --for 3m
# VARIANTS has a line `name --set key=value ...` for each variant, the first of them the agent as it is; BUDGET goes to
# `selfplay train`: --for 3m or --steps 1000000. From the environment come SEEDS ("1 2 3"), AT_ONCE (2 runs of one
# thread each) and SELFPLAY. What has been trained is not trained again: go on with a broken table by the same command.
set -eu
agent=$1 variants=$2 folder=$3
shift 3
budget=$*
SELFPLAY=${SELFPLAY:-.build/release/selfplay} SEEDS=${SEEDS:-1 2 3}
names=$(sed -n 's/^\([^# ][^ ]*\).*/\1/p' "$variants")
base=$(echo "$names" | head -1)
mkdir -p "$folder"

while read -r name settings || [ -n "$name" ]; do
  case $name in '' | '#'*) continue ;; esac
  for seed in $SEEDS; do
    run=$folder/$name-$seed
    [ -e "$run/trained" ] || echo "rm -rf $run; $SELFPLAY train $agent --run $run --seed $seed --threads 1 $budget" \
      "$settings > $run.log 2>&1 && touch $run/trained || { tail -n 1 $run.log >&2; exit 255; }"
  done
done < "$variants" | tr '\n' '\0' | xargs -0 -P "${AT_ONCE:-2}" -I '{}' sh -c '{}'

# The percentage that a JSON object on standard input has under a key.
percent() { sed -n "s/.*\"$1\": *\([-0-9.e]*\).*/\1/p" | head -1 | awk '{ print 100 * $1 }'; }

# The mean of one number a line, and its standard error.
mean() {
  awk '{ n++; sum += $1; squares += $1 * $1 } END { m = sum / n; v = (squares / n - m * m) / (n > 1 ? n - 1 : 1)
    printf "%.1f ± %.1f", m, sqrt(v < 0 ? 0 : v) }'
}

kept() {
  for seed in $SEEDS; do
    "$SELFPLAY" accuracy "$folder/$1-$seed@simulations=$2" --game connect4 --json \
      --positions Tests/Vectors/boards/connect_four_solved.jsonl | percent critical_accuracy
  done | mean
}

score() {
  for seed in $SEEDS; do
    "$SELFPLAY" pit "$folder/$1-$seed@simulations=50" "$folder/$base-$seed@simulations=50" --game connect4 \
      --games 100 --openings 4 --threads 2 --seed "$seed" --json | percent score
  done | mean
}

if grep -q '"connect4"' "$folder/$base-${SEEDS%% *}/agent.toml"; then
  echo "| variant | settings | critical, network alone, % | critical, 100 simulations, % | score against $base, 50 simulations, % |"
  echo "|---|---|---|---|---|"
  for name in $names; do
    settings=$(sed -n "s/^$name  *//p" "$variants" | sed 's/--set *//g')
    echo "| $name | $settings | $(kept "$name" 0) | $(kept "$name" 100) |" \
      "$([ "$name" = "$base" ] && echo 50 || score "$name") |"
  done
else
  runs=$(for name in $names; do for seed in $SEEDS; do echo "$folder/$name-$seed"; done; done)
  # shellcheck disable=SC2086
  "$SELFPLAY" curves $runs
fi
