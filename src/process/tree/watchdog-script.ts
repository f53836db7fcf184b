// The script of the watchdog: POSIX sh, which uses 1 MB of memory and no CPU while it waits, and does not need a file.

/**
 * Reads `+ <pid>`, `m <pid> <NAME=value>` and `- <pid>`. If its input ends while PIDs are left, the host has died. It then
 * stops these processes with SIGSTOP, so that none of them exits and hides its descendants, finds all processes that
 * belong to them (by parent, group, session and marker), and ends them: SIGTERM, one second, SIGKILL.
 */
export const watchdogScript = `
newline='
'
members=' '
markers=
while read -r verb pid marker; do
  case $verb in
    +) members="$members$pid " ;;
    m) markers="$markers $pid:$marker" ;;
    -)
      members="\${members%% $pid *} \${members#* $pid }"
      kept=
      for entry in $markers; do
        case $entry in "$pid":*) ;; *) kept="$kept $entry" ;; esac
      done
      markers=$kept
      ;;
  esac
done
[ "$members" = ' ' ] && exit
trap '' HUP INT TERM

# Rows of "pid state parent group session". Only /proc reports the session.
read_table() {
  if [ -r /proc/self/stat ]; then
    table=
    stats=$(cat /proc/[0-9]*/stat 2>/dev/null)
    IFS=$newline
    set -f
    for line in $stats; do
      rest=\${line##*) }
      IFS=' '
      set -- $rest
      table="$table\${line%% *} $1 $2 $3 $4$newline"
    done
    set +f
    unset IFS
  else
    table=$(LC_ALL=C ps -A -o pid=,stat=,ppid=,pgid=)
  fi
}

is_member() {
  case $members in *" $1 "*) return 0 ;; esac
  return 1
}

add() {
  if is_member "$1" || [ "$1" = $$ ]; then return; fi
  members="$members$1 "
  fresh="$fresh $1"
}

add_marked() {
  set --
  for entry in $markers; do set -- "$@" -e "\${entry#*:}"; done
  [ $# = 0 ] && return
  for file in $(grep -lszFx "$@" /proc/[0-9]*/environ); do
    file=\${file%/environ}
    add "\${file#/proc/}"
  done
}

# Sets fresh: who has come to the members. Sets alive: whether any of them lives.
look() {
  fresh=
  alive=
  add_marked
  read_table
  found=-
  while [ "$found" != "$fresh" ]; do
    found=$fresh
    IFS=$newline
    for line in $table; do
      unset IFS
      set -- $line
      case $2 in Z* | X*) continue ;; esac
      if is_member "$1"; then
        alive=1
      elif is_member "$3" || is_member "$4" || is_member "\${5:-none}"; then
        add "$1"
      fi
    done
    unset IFS
  done
}

send() {
  signal=$1
  shift
  for pid in "$@"; do kill -s "$signal" "$pid" 2>/dev/null; done
}

watched=$members
send STOP $watched
look
send TERM $members
send CONT $watched
for turn in 1 2 3 4 5 6 7 8 9 10; do
  sleep 0.1 2>/dev/null || sleep 1
  look
  [ -z "$alive" ] && exit
  send TERM $fresh
done
for turn in 1 2 3 4 5; do
  look
  [ -z "$alive" ] && exit
  send KILL $members
  sleep 0.1 2>/dev/null || sleep 1
done
`;
