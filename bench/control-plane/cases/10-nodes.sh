# shellcheck shell=bash
# shellcheck disable=SC2154 # all files are one program, and these are set in another
# The two nodes, and who may do what with them.

case_node_ready_with_its_certificate() {
  local begin
  begin=$(now)
  start_agent edge
  await 60 node_ready edge
  is_ready_in_time edge "$begin"
}

# On a machine that is busy with other things the processor time says more.
is_ready_in_time() { # NODE SINCE
  local took=$(($(now) - $2))
  note "Ready after $(seconds_since "$2") s, of that $(cpu_of "$(agent_pid "$1")") s of processor"
  [ $took -le $((5000 * slow)) ] || fail "it takes longer than $((5 * slow)) s"
}

case_node_ready_with_a_service_account() {
  local begin
  make_account
  begin=$(now)
  start_agent edge2
  await 60 node_ready edge2
  is_ready_in_time edge2 "$begin"
}

case_node_says_what_it_is() {
  local node
  for node in edge edge2; do
    same virtual-kubelet "$(field node $node '{.metadata.labels.type}')" "label type of $node"
    same true "$(field node $node '{.metadata.labels.feather\.backend/osv}')" "label osv of $node"
    same true "$(field node $node '{.metadata.labels.feather\.backend/containerd}')" "containerd"
    same $node "$(field node $node '{.metadata.labels.kubernetes\.io/hostname}')" "hostname"
    same NoSchedule "$(field node $node \
      '{.spec.taints[?(@.key=="virtual-kubelet.io/provider")].effect}')" "taint of $node"
    same "$address" "$(field node $node \
      '{.status.addresses[?(@.type=="InternalIP")].address}')" "address of $node"
    same 110 "$(field node $node '{.status.allocatable.pods}')" "pods of $node"
    # No other taint: it is neither unreachable nor short of anything.
    await_text 30 1 jsonpath_count node $node .spec.taints
  done
  note "$(field node edge '{.status.nodeInfo.kubeletVersion} {.status.nodeInfo.containerRuntimeVersion}')"
}

jsonpath_count() { kubectl get "$1" "$2" -o json | jq "($3 // []) | length"; }

case_lease_is_renewed() {
  local node first
  for node in edge edge2; do
    first=$(kubectl -n kube-node-lease get lease $node -o 'jsonpath={.spec.renewTime}')
    same $node "$(kubectl -n kube-node-lease get lease $node \
      -o 'jsonpath={.spec.holderIdentity}{.metadata.ownerReferences[0].name}' |
      sed "s/^$node$node\$/$node/")" "holder and owner"
    await 15 lease_moved $node "$first"
  done
}

lease_moved() {
  [ "$(kubectl -n kube-node-lease get lease "$1" -o 'jsonpath={.spec.renewTime}')" != "$2" ]
}

case_deleted_node_is_made_again() {
  local uid begin
  uid=$(field node edge2 '{.metadata.uid}')
  begin=$(now)
  kubectl delete node edge2
  await 60 node_ready edge2
  [ "$(field node edge2 '{.metadata.uid}')" != "$uid" ] || fail "it is the same Node"
  note "after $(seconds_since "$begin") s"
  same NoSchedule "$(field node edge2 '{.spec.taints[0].effect}')" "taint"
}

case_kubelet_api_lets_in_who_may() {
  local ask=(curl -s --cacert "$pki/ca.crt" -k -o /dev/null -w '%{http_code}')
  same 401 "$("${ask[@]}" "https://$address:10250/pods")" "nobody"
  same 200 "$("${ask[@]}" --cert "$pki/kubelet-client.crt" --key "$pki/kubelet-client.key" \
    "https://$address:10250/pods")" "the API server's certificate"
  same 403 "$("${ask[@]}" --cert "$pki/scheduler.crt" --key "$pki/scheduler.key" \
    "https://$address:10250/pods")" "the scheduler's certificate"
  same 401 "$("${ask[@]}" -H 'Authorization: Bearer wrong' "https://$address:10250/pods")" "a wrong token"
  same 403 "$("${ask[@]}" -H "Authorization: Bearer $(token default default)" \
    "https://$address:10250/pods")" "a token without rights"
  same 200 "$("${ask[@]}" "https://$address:10250/healthz")" "healthz"
  # edge2 asks with a service account.
  same 200 "$("${ask[@]}" --cert "$pki/kubelet-client.crt" --key "$pki/kubelet-client.key" \
    "https://$address:10350/pods")" "the API server's certificate at edge2"
}
