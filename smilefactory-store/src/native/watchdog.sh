# Stands beside one server, stops it and removes its folder when nobody uses it any more.
# $1: the folder of the server; $2: seconds of grace; $3: the lock under which users join.
folder=$1 grace=$2 door=$3
data=$folder/data

# One is enough. Who only looks whether there is one holds this lock for a moment, hence the wait.
exec 9>>"$folder/watchdog"
flock -w 5 9 || exit 0

while [ -d "$folder" ]; do
    # Every user shares the lease as long as its process lives, so it can be had alone when the last one is gone.
    # Closing 9 keeps what runs here from looking like a watchdog, should this one be killed.
    flock "$folder/lease" true 9>&-
    sleep "$grace" 9>&-
    # Without a door, as after a `cargo clean`, nobody can join.
    true >>"$door" || break
    exec 8>>"$door"
    flock 8
    flock -n "$folder/lease" true 9>&- && break
    exec 8>&-
done

# From here to the end nobody can join: the door is locked.
if { read -r pid && read -r _ && read -r _ && read -r _ && read -r _ && read -r _ && read -r _ memory; } \
    <"$data/postmaster.pid"; then
    # The process id may be another's by now, if the server was killed.
    if { cat "/proc/$pid/cmdline" || ps -ww -o command= -p "$pid"; } | grep -q -F "$data"; then
        kill -INT "$pid"
        tries=0
        while [ -e "$data/postmaster.pid" ] && kill -0 "$pid"; do
            tries=$((tries + 1))
            [ "$tries" -gt 600 ] && kill -KILL "$pid" && break
            sleep 0.1
        done
    fi
    # A server that was killed leaves a few bytes of System V memory behind, until the machine is restarted.
    [ -e "$data/postmaster.pid" ] && ipcrm -m "$memory"
fi

# What was killed in the middle of starting may still be writing.
tries=0
until rm -rf "$folder" || [ "$tries" -gt 50 ]; do
    tries=$((tries + 1))
    sleep 0.2
done
