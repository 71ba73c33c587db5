# shellcheck shell=bash
# shellcheck disable=SC2034 # used by cases
# shellcheck disable=SC2154 # all files are one program, and these are set in another
# Manifests that cases are made of.

# Ends when it is asked to.
sleeper="trap 'exit 0' TERM; echo up; while :; do sleep 1 & wait \$!; done"

# What lets a pod come to a node of Flint's; $1: the node, or nothing for any.
placement() {
  echo 'tolerations: [{key: virtual-kubelet.io/provider, operator: Exists}]'
  echo "nodeSelector: {type: virtual-kubelet${1:+, kubernetes.io/hostname: $1}}"
  echo 'terminationGracePeriodSeconds: 5'
}

# box_container NAME SCRIPT [IMAGE]
box_container() {
  echo "- {name: $1, image: \"${3:-$box}\", command: [/bin/sh, -c, $(jq -n --arg s "$2" '$s')]," \
    "resources: {requests: {memory: 16Mi}, limits: {memory: 64Mi}}}"
}

guest_container() {
  echo "- {name: guest, image: \"$guest\", args: [--sleep, hello], resources: {limits: {memory: 64Mi}}}"
}

indent() { sed "s/^/$(printf "%$1s" '')/"; }

# deployment NAME REPLICAS NODE CONTAINERS [STRATEGY]
deployment() {
  cat <<YAML
apiVersion: apps/v1
kind: Deployment
metadata: {name: $1}
spec:
  replicas: $2
  selector: {matchLabels: {app: $1}}
  strategy: ${5:-{type: RollingUpdate, rollingUpdate: {maxUnavailable: 0, maxSurge: 1\}\}}
  template:
    metadata: {labels: {app: $1}}
    spec:
$(placement "$3" | indent 6)
      containers:
$(echo "$4" | indent 6)
YAML
}

# pod NAME NODE CONTAINERS [FURTHER LINES OF THE SPEC]
pod() {
  cat <<YAML
apiVersion: v1
kind: Pod
metadata: {name: $1, labels: {app: $1}}
spec:
$(placement "$2" | indent 2)
$(echo "${4:-}" | indent 2)
  containers:
$(echo "$3" | indent 2)
YAML
}

available() { kubectl wait --for=condition=Available --timeout="$((120 * slow))s" "deployment/$1"; }

phase() { field pod "$1" '{.status.phase}'; }

# waiting POD: why its first container waits
waiting() { field pod "$1" '{.status.containerStatuses[0].state.waiting.reason}'; }
