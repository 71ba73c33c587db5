# shellcheck shell=bash
# shellcheck disable=SC2154 # all files are one program, and these are set in another
# A third node, edge3: with a token and nothing else at first, and with pods of files.

joining_pod() { # NAME SCRIPT
  echo "apiVersion: v1"
  echo "kind: Pod"
  echo "metadata: {name: $1, labels: {app: $1}}"
  echo "spec: {terminationGracePeriodSeconds: 2, containers: ["
  box_container main "$2" | sed 's/^- //'
  echo "]}"
}

start_joining() {
  start_agent edge3 --pods "$work/edge3/pods" --bootstrap-kubeconfig "$pki/joining.kubeconfig"
}

case_node_joins_by_a_token() {
  local begin certificate=$work/edge3/agent/pki/kubelet-client-current.pem
  kubectl apply -f "$here/../../docs/flint-agent-bootstrap.yaml"
  kubectl apply -f - <<YAML
apiVersion: v1
kind: Secret
type: bootstrap.kubernetes.io/token
metadata: {name: bootstrap-token-abcdef, namespace: kube-system}
stringData: {token-id: abcdef, token-secret: 0123456789abcdef, usage-bootstrap-authentication: "true"}
YAML
  kubeconfig joining 'token: abcdef.0123456789abcdef'
  mkdir -p "$work/edge3/pods"
  joining_pod file "$sleeper" >"$work/edge3/pods/file.yaml"
  begin=$(now)
  start_joining
  await 60 node_ready edge3
  note "Ready after $(seconds_since "$begin") s"
  same 'O = system:nodes, CN = system:node:edge3' \
    "$(openssl x509 -in "$certificate" -noout -subject | sed 's/^subject=//')" "the certificate"
  same 'system:bootstrap:abcdef Approved' "$(kubectl get csr -o json | jq -r '.items[]
    | select(.spec.signerName == "kubernetes.io/kube-apiserver-client-kubelet")
    | "\(.spec.username) \(.status.conditions[0].type)"')" "the request"
  # What led there is needed no more.
  kubectl -n kube-system delete secret bootstrap-token-abcdef
  rm "$pki/joining.kubeconfig"
  kill_agent edge3
  begin=$(now)
  start_joining
  await 60 lease_moved edge3 "$(kubectl -n kube-node-lease get lease edge3 -o 'jsonpath={.spec.renewTime}')"
  note "lease renewed $(seconds_since "$begin") s after the next start"
}

mirror_uid() { kubectl get pod file-edge3 -o 'jsonpath={.metadata.uid}'; }
has_mirror_but() { [ -n "$(mirror_uid)" ] && [ "$(mirror_uid)" != "$1" ]; }

case_pods_of_files_are_mirrored() {
  local uid container
  kubectl wait --for=condition=Ready --timeout="$((60 * slow))s" pod/file-edge3
  same 'file Node edge3' "$(field pod file-edge3 \
    '{.metadata.annotations.kubernetes\.io/config\.source} {.metadata.ownerReferences[0].kind} {.spec.nodeName}')" \
    "the mirror"
  await 20 has_said file-edge3 up
  same seven "$(kubectl exec file-edge3 -- echo seven)" exec
  # To delete it ends nothing, and it comes again.
  uid=$(mirror_uid)
  container=$(field pod file-edge3 '{.status.containerStatuses[0].containerID}')
  kubectl delete pod file-edge3 --wait=false
  await 60 has_mirror_but "$uid"
  await_text 30 "$container" field pod file-edge3 '{.status.containerStatuses[0].containerID}'
  # Another file is another pod.
  uid=$(mirror_uid)
  joining_pod file "echo changed; $sleeper" >"$work/edge3/pods/file.yaml"
  await 60 has_mirror_but "$uid"
  kubectl wait --for=condition=Ready --timeout="$((60 * slow))s" pod/file-edge3
  await 20 has_said file-edge3 changed
  rm "$work/edge3/pods/file.yaml"
  await 60 is_gone pod file-edge3
  await_text 30 '' instances edge3
}

case_joined_node_goes() {
  kill -TERM "$(agent_pid edge3)"
  await 15 node_unready edge3
  kubectl delete node edge3
  await 30 is_gone lease edge3 -n kube-node-lease
}
