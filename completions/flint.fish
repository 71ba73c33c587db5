# Completion of flint for fish, written by the build. Lies in ~/.config/fish/completions/flint.fish,
# or is loaded in config.fish:  flint completion fish | source

# Run by sh, which has the language in common with the other shells.
set -g __flint_engine '# Prints what may stand at the cursor, in words that sh, bash and zsh understand: lines of a value, a
# tab and a description. A line "<files", or "<folders", with a tab and a prefix asks the shell for
# files after that prefix, which begins the word.
#
#   _flint_engine PROGRAM WORD... CURRENT    CURRENT is what was typed of the last word, maybe nothing
#
# Runs in a subshell: the shell of the user keeps its variables and options.
_flint_engine() {
  set -o noglob
  f_lines=\'
\'
  IFS=$f_lines
  f_program=$1
  shift
  f_used=\' \' f_rest=\'\' f_takes=\'\' f_words=\'\'
  _flint_tables
  _flint_enter flint
  while [ $# -gt 1 ]; do
    _flint_pass "$1" || return 0
    shift
  done
  _flint_current "${1-}"
}

# Makes a command the one that is being typed.
_flint_enter() {
  f_command=$1 f_options=\'\' f_operands=\'\' f_commands=\'\' f_stops=\'\' f_seen=0
  _flint_command "$1"
}

# Takes note of a whole word. Fails where nothing sensible can follow.
_flint_pass() {
  if [ -n "$f_takes" ]; then
    _flint_given "$1"
    f_takes=\'\'
    return 0
  fi
  case $f_rest:$1 in
    rest:*) f_seen=$((f_seen + 1)) ;;
    :--) f_rest=rest ;;
    :--*=*)
      _flint_option "${1%%=*}"
      _flint_given "${1#*=}"
      f_takes=\'\'
      ;;
    :--*) _flint_option "$1" ;;
    :-?*) _flint_cluster "${1#-}" ;;
    *) _flint_operand "$1" ;;
  esac
}

# A value of the option that was found last. One says where names are looked for.
_flint_given() {
  [ "$f_name" != --capstan-root ] || f_root=$1
}

# Letters after one dash: options that take nothing, and at the end one that takes a value, which
# may be the rest of the word.
_flint_cluster() {
  f_letters=$1
  while [ -n "$f_letters" ]; do
    f_tail=${f_letters#?}
    _flint_option "-${f_letters%"$f_tail"}"
    if [ -n "$f_takes" ] && [ -n "$f_tail" ]; then
      f_takes=\'\' f_tail=\'\'
    fi
    f_letters=$f_tail
  done
}

# Looks for an option of the command; f_takes becomes what it takes, or nothing.
_flint_option() {
  f_name=$1 f_takes=\'\'
  for f_line in $f_options; do
    case " ${f_line%%|*} " in
      *" $1 "*)
        f_more=${f_line#*|}
        f_takes=${f_more%%|*}
        f_more=${f_more#*|}
        [ "${f_more%%|*}" = again ] || f_used="$f_used${f_line%%|*} "
        ;;
    esac
  done
  return 0
}

_flint_operand() {
  if [ -z "$f_commands" ]; then
    f_seen=$((f_seen + 1)) f_words="$f_words $1"
    # What follows belongs to what is run.
    [ -z "$f_stops" ] || f_rest=rest
    return 0
  fi
  for f_line in $f_commands; do
    case " ${f_line%%|*} " in
      *" $1 "*)
        f_line=${f_line%%|*}
        _flint_enter "$f_command ${f_line%% *}"
        return 0
        ;;
    esac
  done
  return 1
}

_flint_current() {
  if [ -n "$f_takes" ]; then
    _flint_values "$f_takes" "$1" \'\'
    return 0
  fi
  case $f_rest:$1 in
    rest:*) ;;
    :--*=*)
      _flint_option "${1%%=*}"
      [ -z "$f_takes" ] || _flint_values "$f_takes" "${1#*=}" "${1%%=*}="
      return 0
      ;;
    :-*)
      _flint_list_options "$1"
      return 0
      ;;
  esac
  if [ -n "$f_commands" ]; then
    _flint_list_commands "$1"
    return 0
  fi
  f_kind=\'\' f_count=0
  for f_line in $f_operands; do
    # The last kind may stand for all that follow.
    case $f_count:$f_line in
      "$f_seen":* | *:*\'...\') f_kind=${f_line%...} ;;
    esac
    f_count=$((f_count + 1))
    [ "$f_count" -le "$f_seen" ] || break
  done
  if [ -n "$f_kind" ]; then
    _flint_values "$f_kind" "$1" \'\'
  elif [ -z "$1$f_rest" ]; then
    _flint_list_options --
  fi
}

# The names of options that begin so and may still be given.
_flint_list_options() {
  for f_line in $f_options; do
    f_names=${f_line%%|*}
    f_more=${f_line#*|*|*|}
    IFS=\' \'
    for f_name in $f_names; do
      case $f_used in *" $f_name "*) continue ;; esac
      case $f_name in "$1"*) printf \'%s\\t%s\\n\' "$f_name" "$f_more" ;; esac
    done
    IFS=$f_lines
  done
}

_flint_list_commands() {
  for f_line in $f_commands; do
    f_names=${f_line%%|*}
    IFS=\' \'
    for f_name in $f_names; do
      case $f_name in "$1"*) printf \'%s\\t%s\\n\' "$f_name" "${f_line#*|}" ;; esac
    done
    IFS=$f_lines
  done
}

# Values of a kind ($1) that begin with $2, each after a prefix ($3) that the word has already.
_flint_values() {
  case $1 in
    words:*)
      f_names=${1#words:}
      IFS=\' \'
      for f_name in $f_names; do
        case $f_name in "$2"*) printf \'%s\\t\\n\' "$3$f_name" ;; esac
      done
      IFS=$f_lines
      ;;
    files | folders) printf \'<%s\\t%s\\n\' "$1" "$3" ;;
    command) _flint_help "$2" ;;
    place) _flint_place "$2" "$3" ;;
    # A name, or else a file.
    disk)
      f_answer=$(_flint_ask stored "$2" "$3")
      if [ -n "$f_answer" ]; then printf \'%s\\n\' "$f_answer"; else printf \'<files\\t%s\\n\' "$3"; fi
      ;;
    none) ;;
    *) _flint_ask "$1" "$2" "$3" ;;
  esac
}

# The words after "help" are a command.
_flint_help() {
  f_names=$f_words
  _flint_enter flint
  IFS=\' \'
  for f_name in $f_names; do
    IFS=$f_lines
    _flint_operand "$f_name" || return 0
  done
  IFS=$f_lines
  _flint_list_commands "$1"
}

# A place as flint copy has it.
_flint_place() {
  case $1 in
    oci:*) printf \'<folders\\t%soci:\\n\' "$2" ;;
    oci-archive:*) printf \'<files\\t%soci-archive:\\n\' "$2" ;;
    docker-archive:*) printf \'<files\\t%sdocker-archive:\\n\' "$2" ;;
    store:*) _flint_ask stored "${1#store:}" "${2}store:" ;;
    *)
      for f_name in store: oci: oci-archive: docker-archive:; do
        case $f_name in "$1"*) printf \'%s\\t\\n\' "$2$f_name" ;; esac
      done
      _flint_ask remote "$1" "$2"
      ;;
  esac
}

# Names that Flint looks up; only such as can do no harm in a command line or a terminal.
_flint_ask() {
  f_answer=$([ -z "${f_root-}" ] || export CAPSTAN_ROOT="$f_root"
    "$f_program" __complete "$1" "$2" 2>/dev/null </dev/null)
  for f_line in $f_answer; do
    case $f_line in
      -* | *[!A-Za-z0-9._:@/+-]*) ;;
      "$2"*) printf \'%s\\t\\n\' "$3$f_line" ;;
    esac
  done
}

# Options that several commands have.
_flint_tables() {
  f_shared1=\'-h --help||once|Show this help and exit
-q --quiet||once|Print results and errors only
--progress|words:auto tty plain json none|once|Show progress: auto, tty, plain, json, none
--debug||once|Show a stack trace with an error\'
  f_shared2=\'--push||once|Send what was made to its registry as well
--compression|words:gzip zstd none|once|Of the layer: gzip, zstd, none
--deflate|words:auto jdk libdeflate|once|Library that makes gzip: auto, jdk, libdeflate
--level|none|once|Compression level\'
  f_shared3=\'-o --output|words:table json yaml go-template=|once|Output format: table, json, yaml, or a Go template
--json||once|Short for --output json\'
  f_shared4=\'--capstan-root|folders|once|Capstan repository\'
  f_shared5=\'--digest-file|files|once|Write the digest of the image to this file, without a line end
--metadata-file|files|once|Write name, digest, size and platforms to this file, as JSON
--github-output||once|Add digest, reference, pinned, imageid and metadata to the outputs of a step of GitHub Actions\'
  f_shared6=\'--plain-http --no-plain-http||once|Use http without TLS
--ca-file|files|once|Trust the certificate authorities in this PEM file too
--cert|files|once|Certificate to show, a PEM file: to the registry; goes with --key
--key|files|once|Private key of --cert, a PEM file
--insecure-skip-verify||once|Do not check the registry\'\\\'\'s certificate
--http2||once|Offer HTTP/2 over TLS
--mirror|host|again|Read from this mirror where it has the image
--limit-rate|none|once|Move at most so many bytes per second, such as 500K or 2M
--stall-timeout|none|once|Give up a connection on which nothing moves for so long
-u --username|none|once|User name, for the one registry that the command names
--password-stdin||once|Read the password of --username from standard input\'
  f_shared7=\'--auth-realm|host|once|The registry\'\\\'\'s token server is at this host, and may have the credentials\'
  f_shared8=\'--authfile|files|once|Credentials file, in place of all others\'
  f_shared9=\'--jobs|none|once|Transfer so many blobs at a time, 1 to 16\'
  f_shared10=\'-e --env|none|again|Environment variable; without a value, the one of this shell\'
  f_shared11=\'-w --workdir|none|once|Working directory within the instance
-m --memory|none|once|Memory, such as 512m or 2g; a plain number is MiB\'
  f_shared12=\'--platform|words:linux/amd64 linux/arm64 linux/arm/v7 linux/ppc64le linux/riscv64 linux/s390x|once|Platform of the image, if there are several\'
  f_shared13=\'--to-capstan|capstan|once|Into the Capstan repository, under this name\'
  f_shared14=\'--to|files|once|Into this file; several files: into this folder
--max-size|none|once|Refuse what becomes larger: unpacked\'
  f_shared15=\'--force||once|Replace what is there\'
  f_shared16=\'--disk-type|words:qemu applehv hyperv|once|Of an image of Podman machine the disk for qemu, applehv or hyperv\'
  f_shared17=\'-O --to-format|words:qcow2 raw|once|Make this: qcow2, raw
-c --compress||once|Compress the clusters of a qcow2\'
  f_shared18=\'--remote||once|Work in registries: REF is looked up there\'
  f_shared19=\'--name|none|once|Name of the instance
-p --publish|none|again|Forward a port of the host; without HOST a free one is taken
--env-file|files|again|File of NAME=VALUE lines
-v --volume|files|again|Folder or file of the host; a guest gets a read-only copy, or with :live the folder itself by virtiofs
--cpus|none|once|Number of CPUs, such as 1.5; a guest gets whole ones
--restart|words:no on-failure always|once|no, on-failure[:TIMES] or always
--entrypoint|none|once|Run this program instead of the image\'\\\'\'s
--network|words:none user host cni tap: bridge:|once|none, user, host, cni[:NAME], tap:DEVICE or bridge:DEVICE, the last two with ,ip=ADDRESS/BITS[,gateway=ADDRESS][,dns=ADDRESS] or ,ip=dhcp for OSv
-l --label|none|again|Label: of the instance
--stop-timeout|none|once|Time to end by itself when it is stopped\'
  f_shared20=\'--max-size|none|once|Refuse what becomes larger: in a temporary file\'
  f_shared21=\'--to|files|once|Into this file; - is standard output\'
  f_shared22=\'--project||once|The file of the project, .flint/config.yaml, instead of your own\'
}

# What a command takes.
_flint_command() {
  case $1 in
    \'flint\')
      f_commands=\'build|Make images of a build file: containers and guests
import|Make an image of a disk, a kernel or a WebAssembly module
push|Send an image of the local store to its registry
pull|Fetch an image into the local store, or straight to a disk
unpack|Give back the disk of an image, or its other files
compose|Make a bootable OSv disk of a loader, files and a command line
images ls|List the images of the local store
inspect|Show what an image is and what it runs
diff|Compare two disks, and tell what an update would download
convert|Make a qcow2 or raw disk file of a qcow2, raw, VMDK or VDI one
tag|Give an image of the local store one more name
rmi|Remove images from the local store, with what only they need
store|Look after the local store: see, free and check what is in it
check|Tell whether an image can run here, before it is pulled
boot-test|Boot an image and tell whether it does what it should
run|Run an image: a unikernel under QEMU, a container by containerd
ps|List instances that run or will be started again
pods|List the pods of the agent, and what they wait for
logs|Show the output of an instance, or its serial console
exec|Run a further program in a container
stop|Ask instances to end, and end those that do not in time
kill|End instances at once
restart|Stop instances and start them again; start those that ended
rm|Forget instances that have ended, with their logs
wait|Wait for an instance to end, and end with its exit code
stats|Show what running instances take of the host
port|Show which ports of the host lead to an instance
copy|Copy an image between registries, layouts and archives
save|Write images of the local store into one archive
load|Take the images of an archive into the local store
index|Give images of several platforms one name
tags|List the tags of a repository of a registry
repos|List the repositories of a registry
digest|Print the digest that a reference has in its registry now
manifest|Read, write and delete manifests and indexes of a registry
blob|Read blobs of a registry: configs, layers, files of artifacts
referrers|List what refers to an image: signatures, SBOMs and the like
attach|Attach files to an image in its registry, such as an SBOM
login|Check and keep the credentials for a registry
logout|Forget the credentials for a registry
auth|Find out about credentials
config|Show and change what is configured
doctor|Look whether all that Flint needs is there and works
agent|Keep instances running, and the pods of a folder
registry|Run a registry of Flint\'\\\'\'s own, for CI and sites without network
demo|Show the whole road on real parts, in a temporary folder
version|Print the version of Flint and of the Java it runs on
completion|Print what lets a shell complete the command lines of flint
help|Show the help of a command\'
      f_options="$f_shared1$f_lines"\'-V --version||once|Print the version and exit\'
      ;;
    \'flint build\')
      f_operands=\'folders\'
      f_options="$f_shared1$f_lines$f_shared2$f_lines$f_shared3$f_lines$f_shared4$f_lines$f_shared5$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared9$f_lines"\'-f --file|files|once|The build file
-t --tag|stored|again|Name of the image, instead of those in the build file
--backend|words:containerd osv|again|What runs the image: containerd or osv, of the variants in the build file
--platform|words:linux/amd64 linux/arm64 linux/arm/v7 linux/ppc64le linux/riscv64 linux/s390x|again|Platform of the image, instead of those in the build file
--no-cache||once|Make everything anew, changed or not
--pull||once|Ask the registry for a newer base, even if the local store has one
--check||once|Only check the build file and whether everything it names is there\'
      ;;
    \'flint import\')
      f_operands=\'capstan
stored\'
      f_options="$f_shared1$f_lines$f_shared2$f_lines$f_shared3$f_lines$f_shared4$f_lines$f_shared5$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared10$f_lines$f_shared11$f_lines"\'--backend|words:osv containerd unikraft firecracker linux-vm wasm raw-vm|once|What runs the image: osv, raw-vm, unikraft, firecracker, linux-vm or wasm
--disk|files|once|Take this disk file instead of one from the Capstan repository
--kernel|files|once|A kernel, or a unikernel that is one file
--initrd|files|once|What the kernel starts with in memory
--rootfs|files|once|The root file system of the kernel, a raw disk
--module|files|once|A WebAssembly module or component
--wasm-artifact||once|Make of a module what WebAssembly runtimes pull, instead of an image
--containerdisk||once|Make the image of a disk one that KubeVirt takes as a containerDisk, too
--cmd|none|once|Command line of the guest: of OSv or of a kernel
--port|none|again|Port of the application: it listens there, as 8080 or 53/udp
--cpus|none|once|Number of CPUs: a hint to what runs the image
--arch|words:amd64 arm64|once|Architecture: amd64, arm64
-l --label|none|again|Label: of the image\'\\\'\'s config
--annotation|none|again|Annotation: of the manifest
--created|none|once|RFC 3339 time the image carries
--rewrite||once|Write a qcow2 with compressed clusters anew without them, so that updates can share what did not change
--no-legacy||once|Leave out the keys that the published Feather agent reads\'
      ;;
    \'flint push\')
      f_operands=\'stored\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared5$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared9$f_lines"\'--mount-from|repository|again|A repository of the same registry that may have blobs of the image, which are then taken over there instead of sent; others that the local store knows of are asked too
--all-variants||once|Send what flint build made beside it too, such as REF-osv\'
      ;;
    \'flint pull\')
      f_operands=\'remote\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared4$f_lines$f_shared5$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared9$f_lines$f_shared12$f_lines$f_shared13$f_lines$f_shared14$f_lines$f_shared15$f_lines"\'--all-platforms||once|Take the image for every platform
--from-disk|files|again|A disk that may have chunks of the image, such as its last version
--unpack||once|Write the disk and store nothing; by default into the Capstan repository\'
      ;;
    \'flint unpack\')
      f_operands=\'stored\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared4$f_lines$f_shared12$f_lines$f_shared13$f_lines$f_shared14$f_lines$f_shared15$f_lines$f_shared16$f_lines"\'--only|words:disk kernel initrd rootfs module|once|Only this file: disk, kernel, initrd, rootfs or module\'
      ;;
    \'flint compose\')
      f_operands=\'folders\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared4$f_lines$f_shared13$f_lines$f_shared15$f_lines$f_shared17$f_lines"\'--loader|capstan|once|What boots: a disk file (a word that begins with / or 
--require|package|again|Add this package of the Capstan repository
--root|folders|once|Add all that is in this folder
--cmd|none|once|Command line of the guest
--run|none|again|Run this config_set of meta/run.yaml
--to|files|once|Into this file\'
      ;;
    \'flint images\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'\'
      ;;
    \'flint inspect\')
      f_operands=\'stored\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared12$f_lines$f_shared16$f_lines$f_shared18$f_lines"\'\'
      ;;
    \'flint diff\')
      f_operands=\'disk
disk\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared12$f_lines"\'\'
      ;;
    \'flint convert\')
      f_operands=\'files
files\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared15$f_lines$f_shared17$f_lines"\'-f --from-format|words:qcow2 raw vdi vmdk|once|Refuse SRC unless it is: qcow2, raw, vdi, vmdk
--compression-type|words:zlib zstd|once|With -c: zlib, zstd
--cluster-size|none|once|Of a qcow2: a power of two from 512 to 2M\'
      ;;
    \'flint tag\')
      f_operands=\'stored
stored\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'\'
      ;;
    \'flint rmi\')
      f_operands=\'stored...\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'\'
      ;;
    \'flint store\')
      f_commands=\'ls|List the blobs of the store, and which images use them
du|Show what images take of the store, alone and together with others
gc|Free what no image and no instance needs
fsck|Check every blob against its digest, and that images are whole
path|Print the folder of the store, an OCI image layout\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
    \'flint store ls\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'--orphans||once|Only those that no image uses\'
      ;;
    \'flint store du\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'\'
      ;;
    \'flint store gc\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'--dry-run||once|Do nothing but print it: what would go
--min-age|none|once|Keep younger blobs, which another tool may be about to name
--partials|none|once|Keep parts of downloads that came later
--unpacked||once|Free also disks and layers unpacked by flint run that no instance has\'
      ;;
    \'flint store fsck\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'--repair||once|Move bad blobs out of the way
--quick||once|Do not read layers: only documents, sizes and whether all is there\'
      ;;
    \'flint store path\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'\'
      ;;
    \'flint check\')
      f_operands=\'remote\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared10$f_lines$f_shared11$f_lines$f_shared19$f_lines"\'\'
      ;;
    \'flint boot-test\')
      f_operands=\'remote
none...\'
      f_options="$f_shared1$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared10$f_lines$f_shared11$f_lines$f_shared19$f_lines"\'--expect|none|again|The console must have this text within a line
--port|none|again|Port of the application: it must answer an HTTP request, with whatever
--exit|none|once|The guest must end with this exit code
--timeout|none|once|How long it may take, such as 90s or 5m
--junit|files|once|Write the verdict as JUnit XML too\'
      ;;
    \'flint run\')
      f_operands=\'remote
none...\'
      f_options="$f_shared1$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared10$f_lines$f_shared11$f_lines$f_shared19$f_lines"\'-d --detach||once|Run in the background and print the name of the instance
--rm||once|Forget the instance when it has ended
--pull|words:always missing never|once|Ask the registry: always, missing, never
--dry-run||once|Do nothing but print it: what would be started\'
      f_stops=1
      ;;
    \'flint ps\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'-a --all||once|Also those that have ended\'
      ;;
    \'flint pods\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'\'
      ;;
    \'flint logs\')
      f_operands=\'instance\'
      f_options="$f_shared1$f_lines"\'-f --follow||once|Go on with what comes, until the instance has ended
-n --tail|none|once|Only so many of the last lines, or all
--since|none|once|Only lines since a time (RFC 3339) or for so long, such as 10m
--previous||once|Of the run before the last one
-t --timestamps||once|The time before each line
--raw||once|As it was written, with all that a terminal obeys\'
      ;;
    \'flint exec\')
      f_operands=\'running
none...\'
      f_options="$f_shared1$f_lines$f_shared10$f_lines"\'-i --interactive||once|Standard input goes to the program
-t --tty||once|The program gets a terminal\'
      f_stops=1
      ;;
    \'flint stop\')
      f_operands=\'running...\'
      f_options="$f_shared1$f_lines"\'-t --time|none|once|Time to end by itself when it is stopped\'
      ;;
    \'flint kill\')
      f_operands=\'running...\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
    \'flint restart\')
      f_operands=\'instance...\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
    \'flint rm\')
      f_operands=\'instance...\'
      f_options="$f_shared1$f_lines"\'-f --force||once|End those that run\'
      ;;
    \'flint wait\')
      f_operands=\'running\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'\'
      ;;
    \'flint stats\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'--no-stream||once|Show them once, as is always done\'
      ;;
    \'flint port\')
      f_operands=\'running\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'\'
      ;;
    \'flint copy\')
      f_operands=\'place
place\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared5$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared9$f_lines$f_shared12$f_lines$f_shared15$f_lines$f_shared20$f_lines"\'--recursive||once|Copy signatures and whatever else refers to the image too\'
      ;;
    \'flint save\')
      f_operands=\'stored...\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared12$f_lines$f_shared15$f_lines$f_shared20$f_lines$f_shared21$f_lines"\'--format|words:oci docker|once|oci, docker: an OCI layout, byte for byte; or as docker save, with layers decompressed\'
      ;;
    \'flint load\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared20$f_lines"\'--from|files|once|The archive; - is standard input
-t --tag|stored|once|Name of the image, instead of what the archive calls it; for one image only\'
      ;;
    \'flint index\')
      f_commands=\'create|Give several images, each for its platform, one name
inspect|Show which images an index lists\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
    \'flint index create\')
      f_operands=\'stored
remote...\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines"\'--annotation|none|again|Annotation: of the index
--remote||once|Work in registries: nothing is stored here\'
      ;;
    \'flint index inspect\')
      f_operands=\'stored\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared18$f_lines"\'\'
      ;;
    \'flint tags\')
      f_operands=\'repository\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines"\'\'
      ;;
    \'flint repos\')
      f_operands=\'host\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines"\'\'
      ;;
    \'flint digest\')
      f_operands=\'remote\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared12$f_lines"\'\'
      ;;
    \'flint manifest\')
      f_commands=\'get|Print a manifest or an index: byte for byte into a file or a pipe
put|Send a manifest or an index to a registry, byte for byte
delete|Delete a manifest or an index from a registry, with all its tags\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
    \'flint manifest get\')
      f_operands=\'remote\'
      f_options="$f_shared1$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared12$f_lines"\'\'
      ;;
    \'flint manifest put\')
      f_operands=\'remote
files\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines"\'\'
      ;;
    \'flint manifest delete\')
      f_operands=\'remote\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines"\'\'
      ;;
    \'flint blob\')
      f_commands=\'get|Fetch one blob from a registry, verified\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
    \'flint blob get\')
      f_operands=\'repository\'
      f_options="$f_shared1$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared15$f_lines$f_shared21$f_lines"\'\'
      ;;
    \'flint referrers\')
      f_operands=\'remote\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared12$f_lines"\'--artifact-type|none|once|Type of the artifact: only those of this type\'
      ;;
    \'flint attach\')
      f_operands=\'remote
files...\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines$f_shared12$f_lines"\'--artifact-type|none|once|Type of the artifact: a media type such as application/spdx+json
--annotation|none|again|Annotation: of the artifact\'
      ;;
    \'flint login\')
      f_operands=\'login\'
      f_options="$f_shared1$f_lines$f_shared6$f_lines$f_shared8$f_lines"\'--identity-token||once|Read an identity token (OAuth2 refresh token) from standard input
--auth-realm|login|once|The registry\'\\\'\'s token server is at this host, and may have the credentials\'
      ;;
    \'flint logout\')
      f_operands=\'login\'
      f_options="$f_shared1$f_lines$f_shared8$f_lines"\'\'
      ;;
    \'flint auth\')
      f_commands=\'explain|Show where credentials come from and what the registry says\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
    \'flint auth explain\')
      f_operands=\'repository\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines$f_shared6$f_lines$f_shared7$f_lines$f_shared8$f_lines"\'\'
      ;;
    \'flint config\')
      f_commands=\'list ls|List what holds: every key, and what is set for registries
get|Print the value that holds for a key; ends with 4 if there is none
set|Set a key in the config file; its other lines stay as they are
unset|Take a key out of the config file; exits with 4 if it is not there
path|Print where the config file is, or would be\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
    \'flint config list\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'--origin||once|Show where each value comes from\'
      ;;
    \'flint config get\')
      f_operands=\'words:compression jobs limit-rate min-rate output progress stall-timeout\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
    \'flint config set\')
      f_operands=\'words:compression jobs limit-rate min-rate output progress stall-timeout
none\'
      f_options="$f_shared1$f_lines$f_shared22$f_lines"\'\'
      ;;
    \'flint config unset\')
      f_operands=\'words:compression jobs limit-rate min-rate output progress stall-timeout\'
      f_options="$f_shared1$f_lines$f_shared22$f_lines"\'\'
      ;;
    \'flint config path\')
      f_options="$f_shared1$f_lines"\'--project||once|The file of the project; ends with 4 if there is none\'
      ;;
    \'flint doctor\')
      f_operands=\'host...\'
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'\'
      ;;
    \'flint agent\')
      f_options="$f_shared1$f_lines"\'--pods|folders|once|Folder of Kubernetes Pod files to run
--kubeconfig|files|once|Be a node of the Kubernetes cluster that FILE leads to; in-cluster: of this pod\'\\\'\'s
--bootstrap-kubeconfig|files|once|Kubeconfig with a token, to get the other by if it is not there
--node-name|none|once|What the node is called
--node-labels|none|again|Labels of the node
--node-taint|none|once|KEY[=VALUE]:EFFECT, or none
--node-ip|none|again|Address of the node
--max-pods|none|once|How many pods the node takes
--system-reserved|none|once|What pods do not get of the device, as cpu=500m,memory=256Mi
--eviction-hard|none|once|Evict pods below, as memory.available<100Mi,nodefs.available<1Gi
--shutdown-grace-period|none|once|Time for pods to end when the device shuts down, such as 30s
--kubelet-listen|none|once|Address of the kubelet\'\\\'\'s API, or none
--tls-cert-file|files|once|Certificate that is shown there
--tls-private-key-file|files|once|Key of that certificate
--client-ca-file|files|once|Who vouches for clients there
--state|folders|once|Where it keeps what it knows
--listen|none|once|Address to listen at: on loopback, for health, metrics and logs by HTTP; or none
--containerd|files|once|Socket of containerd
--image-gc-high-threshold|none|once|Disk use above which unused images are removed; 100: never
--image-gc-low-threshold|none|once|Disk use down to which they are removed
--image-gc-min-age|none|once|Keep images that were used since, such as 30s or 1h
--admit-digest-only||once|Run only pods whose images are pinned by digest
--admit-registry|host|again|Run only pods with images from there
--admit-signed|files|once|Run only pods with images for which PROGRAM NAME@DIGEST exits with 0
--cni-bin|folders|once|Folders of CNI plugins
--cni-conf|folders|once|Folder of CNI networks\'
      ;;
    \'flint registry\')
      f_commands=\'serve|Serve a folder as a registry until interrupted\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
    \'flint registry serve\')
      f_options="$f_shared1$f_lines"\'--listen|none|once|Address to listen at; port 0 takes a free one
--dir|folders|once|Folder
--htpasswd|files|once|Want a login: an account of this file, which htpasswd -B makes
--anonymous-pull||once|With --htpasswd: reading needs no login
--cert|files|once|Certificate to show, a PEM file with its chain; with it, TLS is spoken
--key|files|once|Private key of --cert, a PEM file, not encrypted
--read-only||once|Refuse whatever would change something
--min-chunk|none|once|Refuse uploads in smaller chunks than that
--upstream|none|once|Be a cache of this registry, with the credentials that pulls use; no pushes
--upstream-ca|files|once|Trust the certificate authorities in this PEM file for --upstream too
--metrics||once|Answer /metrics in Prometheus\'\\\'\' format to whoever may read\'
      ;;
    \'flint demo\')
      f_options="$f_shared1$f_lines"\'--keep||once|Keep the folder, and print where it is\'
      ;;
    \'flint version\')
      f_options="$f_shared1$f_lines$f_shared3$f_lines"\'\'
      ;;
    \'flint completion\')
      f_operands=\'words:bash zsh fish\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
    \'flint help\')
      f_operands=\'command...\'
      f_options="$f_shared1$f_lines"\'\'
      ;;
  esac
}
'

function __flint_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    type -qf -- $program
    or set program flint
    set -l typed (string unescape -- $current)
    or set typed (string trim -lc '"\'' -- $current)
    for line in (sh -c "$__flint_engine"'
        _flint_engine "$@"' sh $program $words[2..-1] "$typed" 2>/dev/null)
        set -l parts (string split -m 1 \t -- $line)
        switch $parts[1]
            case '<files' '<folders'
                # The rest of the word is still as it was typed.
                set -l rest (string sub -s (math (string length -- "$parts[2]") + 1) -- $current)
                for path in (complete -C "'' $rest")
                    set path (string split -m 1 \t -- $path)[1]
                    if test $parts[1] = '<files'; or string match -q '*/' -- $path
                        printf "%s%s\n" $parts[2] $path
                    end
                end
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c flint -f -a '(__flint_complete)'
