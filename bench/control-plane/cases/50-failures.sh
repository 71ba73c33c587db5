# shellcheck shell=bash
# shellcheck disable=SC2154 # all files are one program, and these are set in another
# What must not disturb pods, and what must move them.

# The same afterwards: which containers run, how often they were restarted, since when pods are ready.
picture() {
  containers_of box
  containers_of guest
  containers_of mixed
  for pod in $(pods_of box) $(pods_of guest) $(pods_of mixed); do
    echo "$pod $(ready_since pod "$pod")"
  done
}

case_api_server_restart() {
  local before begin since
  before=$(picture)
  since=$(ready_since node edge)
  stop_apiserver
  # Longer than a watch or a lease waits.
  sleep 12
  same 3 "$(instances edge | grep -cE '^default_(box|guest|mixed)-.*_(main|guest)$' |
    awk '{ print ($1 == 4) ? 3 : $1 }')" "what runs meanwhile"
  begin=$(now)
  start_apiserver
  await 120 api_ready
  await 60 lease_moved edge "$(kubectl -n kube-node-lease get lease edge -o 'jsonpath={.spec.renewTime}')"
  note "lease renewed $(seconds_since "$begin") s after the start"
  same "$before" "$(picture)" "pods"
  same "$since" "$(ready_since node edge)" "the node's Ready"
  # The watch is there again: what is new is run.
  begin=$(now)
  pod after edge "$(box_container main "$sleeper")" | kubectl apply -f -
  kubectl wait --for=condition=Ready --timeout="$((60 * slow))s" pod/after
  note "a new pod is Ready after $(seconds_since "$begin") s"
  kubectl delete pod after
}

case_agent_killed_and_started() {
  local before begin since
  before=$(picture)
  since=$(ready_since node edge)
  pod leaves edge "$(box_container main "$sleeper")" | kubectl apply -f -
  kubectl wait --for=condition=Ready --timeout="$((60 * slow))s" pod/leaves
  kill_agent edge
  # Deleted while nobody is there.
  kubectl delete pod leaves --wait=false
  pod comes edge "$(box_container main "$sleeper")" | kubectl apply -f -
  begin=$(now)
  start_agent edge
  kubectl wait --for=condition=Ready --timeout="$((60 * slow))s" pod/comes
  note "a pod that came meanwhile is Ready after $(seconds_since "$begin") s"
  await 60 is_gone pod leaves
  await 30 no_instance leaves
  same "$before" "$(picture)" "pods"
  same "$since" "$(ready_since node edge)" "the node's Ready"
  kubectl delete pod comes
}

case_agent_stopped_says_so() {
  local before
  before=$(containers_of box)
  kill -TERM "$(agent_pid edge)"
  await 15 node_unready edge
  has "$(field node edge '{.status.conditions[?(@.type=="Ready")].message}')" 'shutting down'
  await_text 5 true field node edge '{.spec.unschedulable}'
  start_agent edge
  await 30 node_ready edge
  await_text 30 '' field node edge '{.spec.unschedulable}'
  await 60 kubectl wait --for=condition=Available --timeout="$((1 * slow))s" deployment/box
  same "$before" "$(containers_of box)" "containers"
}

node_unready() { ready_since node "$1" | grep -q '^False'; }
node_unknown() { ready_since node "$1" | grep -q '^Unknown'; }

# With two nodes, one of them lost: pods are moved to the other, and what was left is cleaned up
# when it is back.
case_lost_node_and_its_return() {
  local begin pod
  deployment moves 1 '' "$(box_container main "$sleeper")" |
    sed 's/operator: Exists}\]/operator: Exists}, {key: node.kubernetes.io\/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 3}, {key: node.kubernetes.io\/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 3}]/' |
    sed 's/^      nodeSelector: .*/&\n      affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, preference: {matchExpressions: [{key: kubernetes.io\/hostname, operator: In, values: [edge2]}]}}]}}/' |
    kubectl apply -f -
  available moves
  pod=$(pods_of moves)
  same edge2 "$(field pod "$pod" '{.spec.nodeName}')" "first node"
  begin=$(now)
  kill -STOP "$(agent_pid edge2)"
  await 60 node_unknown edge2
  note "Unknown after $(seconds_since "$begin") s"
  await 90 moved_to moves edge
  note "moved after $(seconds_since "$begin") s"
  await 10 true
  begin=$(now)
  kill -CONT "$(agent_pid edge2)"
  await 60 node_ready edge2
  note "Ready again after $(seconds_since "$begin") s"
  await 60 is_gone pod "$pod"
  note "old pod gone after $(seconds_since "$begin") s"
  await_text 60 '' instances edge2
  await_text 60 1 jsonpath_count node edge2 .spec.taints
  kubectl delete deployment moves
}

moved_to() {
  [ "$(kubectl get pods -l "app=$1" -o json | jq -r --arg n "$2" '[.items[]
    | select(.spec.nodeName == $n and (.status.conditions[]? | .type == "Ready" and .status == "True"))]
    | length')" = 1 ]
}

# A node is lost for the control plane, not for its pods: they are Ready again without a restart.
case_lost_lease_without_eviction() {
  local before
  before=$(containers_of mixed)
  kill -STOP "$(agent_pid edge)"
  await 60 node_unknown edge
  await 30 pods_unready mixed
  kill -CONT "$(agent_pid edge)"
  await 60 node_ready edge
  kubectl wait --for=condition=Ready --timeout="$((60 * slow))s" pod -l app=mixed
  same "$before" "$(containers_of mixed)" "containers"
}

pods_unready() { ready_since pod "$(pods_of "$1")" | grep -q '^False'; }

case_cordon_and_drain() {
  local begin
  deployment drained 2 '' "$(box_container main "$sleeper")" | kubectl apply -f -
  available drained
  kubectl cordon edge2
  # Nothing new comes to it, and the agent leaves that alone.
  kubectl scale deployment/drained --replicas=4
  await_text 90 4 field deployment drained '{.status.readyReplicas}'
  same true "$(field node edge2 '{.spec.unschedulable}')" cordoned
  # Evictions must wait for what takes the place of those before.
  cat <<YAML | kubectl apply -f -
apiVersion: $(kubectl api-versions | grep '^policy/' | head -n 1)
kind: PodDisruptionBudget
metadata: {name: drained}
spec: {minAvailable: 3, selector: {matchLabels: {app: drained}}}
YAML
  begin=$(now)
  kubectl drain edge2 --ignore-daemonsets --delete-emptydir-data --force --timeout="$((90 * slow))s"
  note "edge2 after $(seconds_since "$begin") s"
  await_text 60 '' instances edge2
  await_text 60 4 field deployment drained '{.status.readyReplicas}'
  kubectl uncordon edge2
  kubectl cordon edge
  kubectl drain edge --ignore-daemonsets --delete-emptydir-data --force --timeout="$((90 * slow))s" \
    --pod-selector=app=drained
  note "and edge"
  await_text 90 4 field deployment drained '{.status.readyReplicas}'
  same 4 "$(kubectl get pods -l app=drained -o json |
    jq '[.items[] | select(.spec.nodeName == "edge2" and .metadata.deletionTimestamp == null)] | length')" \
    "pods on edge2"
  kubectl uncordon edge
  kubectl delete deployment/drained poddisruptionbudget/drained
}

case_namespace_goes_with_all_in_it() {
  kubectl create namespace passing
  await 30 kubectl -n passing get serviceaccount default
  deployment one 2 '' "$(box_container main "$sleeper")" | kubectl -n passing apply -f -
  kubectl -n passing wait --for=condition=Available --timeout="$((60 * slow))s" deployment/one
  kubectl delete namespace passing --timeout="$((90 * slow))s"
}

case_all_deleted_leaves_nothing() {
  local begin
  begin=$(now)
  kubectl delete deployment --all
  await_text 60 '' kubectl get pods -o name
  await_text 30 '' instances edge
  await_text 30 '' instances edge2
  note "after $(seconds_since "$begin") s"
  same 0 "$(pgrep -fc "containerd-shim.*$work/c.sock" || true)" shims
}
