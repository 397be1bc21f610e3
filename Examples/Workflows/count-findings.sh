#!/bin/sh
# A command step: gets JSON on standard input (input, and the outputs of the steps before), writes JSON to standard
# output. Here it counts the findings of the step 'review' by their severity.
set -eu
input=$(cat)
count() { printf '%s' "$input" | grep -o "\"severity\":\"$1\"" | wc -l | tr -d ' '; }
critical=$(count critical)
high=$(count high)
medium=$(count medium)
low=$(count low)
printf '{"findings": %d, "severe": %d}\n' $((critical + high + medium + low)) $((critical + high))
