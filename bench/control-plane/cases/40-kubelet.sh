# shellcheck shell=bash
# shellcheck disable=SC2016 # scripts of containers
# shellcheck disable=SC2154 # all files are one program, and these are set in another
# What users ask the node by way of the API server.

case_logs() {
  local lines
  pod talks edge "$(box_container main 'i=0; while [ $i -lt 20 ]; do echo line $i; i=$((i+1)); done; sleep 2; echo last; exit 1')" |
    kubectl apply -f -
  await 60 restarted talks
  has "$(kubectl logs talks --previous)" last
  same 21 "$(kubectl logs talks --previous | wc -l)" "lines of the run before"
  same 'line 18' "$(kubectl logs talks --previous --tail=3 | head -n 1)" "--tail=3"
  has "$(kubectl logs talks --previous --timestamps --tail=1)" "T"
  has "$(kubectl logs talks --previous --tail=1 --timestamps)" "Z last"
  same '' "$(kubectl logs talks --previous --since=1s --tail=-1 | grep 'line 1$' || true)" "--since"
  kubectl delete pod talks
  pod counts edge "$(box_container main 'for i in $(seq 8); do echo n $i; sleep 1; done; exit 0')" \
    'restartPolicy: Never' | kubectl apply -f -
  await 60 begun counts
  # Follows to the end, which ends it.
  lines=$(timeout 60 kubectl logs -f counts)
  same 'n 8' "$(echo "$lines" | tail -n 1)" "the last line that was followed"
  same 8 "$(echo "$lines" | wc -l)" "lines that were followed"
  kubectl delete pod counts
  has "$(kubectl logs deployment/guest)" 'Waiting for the power button'
}

restarted() { [ "$(field pod "$1" '{.status.containerStatuses[0].restartCount}')" -gt 0 ]; }
begun() { [ -n "$(field pod "$1" '{.status.containerStatuses[0].state.*.startedAt}')" ]; }

# Either it works or it says why not: nothing hangs.
case_exec() {
  local said rc=0
  said=$(timeout 30 kubectl exec "$(pods_of box)" -- echo from within 2>&1) || rc=$?
  note "$rc: $said"
  if [ $rc = 0 ]; then
    same 'from within' "$said" exec
    said=$(echo over | timeout 30 kubectl exec -i "$(pods_of box)" -- cat)
    same over "$said" "exec -i"
    rc=0
    timeout 30 kubectl exec "$(pods_of box)" -- sh -c 'exit 9' || rc=$?
    same 9 $rc "the exit code"
  else
    has "$said" 'not supported by this node'
  fi
  rc=0
  said=$(timeout 30 kubectl exec "$(pods_of guest)" -- echo hi 2>&1) || rc=$?
  case $rc in 0 | 124) fail "exec in a guest ends with $rc: $said" ;; esac
  note "guest: $said"
}

case_attach() {
  local said rc=0
  pod attached edge "$(box_container main 'i=0; while sleep 0.3; do i=$((i+1)); echo n $i; done')" |
    kubectl apply -f -
  kubectl wait --for=condition=Ready --timeout="$((60 * slow))s" pod/attached
  said=$(timeout 5 kubectl attach -q attached 2>&1) || rc=$?
  same 124 $rc "how an attach to what goes on ends"
  [ "$(echo "$said" | grep -c '^n [0-9]*$')" -gt 3 ] || fail "attached: $said"
  rc=0
  said=$(echo x | timeout 30 kubectl attach -q -i attached 2>&1) || rc=$?
  case $rc in 0 | 124) fail "attach -i ends with $rc: $said" ;; esac
  note "-i: $said"
  kubectl delete pod attached --grace-period=0 --force
}

# What is typed to a container's own program comes out of it, all of it, and ends it.
case_attach_input() {
  local said
  pod typed edge "- {name: main, image: \"$box\", command: [cat], stdin: true, stdinOnce: true}" \
    'restartPolicy: Never' | kubectl apply -f -
  kubectl wait --for=condition=Ready --timeout="$((60 * slow))s" pod/typed
  seq -s ' ' 200000 | fold -w 2000 >"$work/typed"
  timeout 60 kubectl attach -q -i typed <"$work/typed" >"$work/said"
  cmp "$work/typed" "$work/said" || fail "other bytes came than were typed"
  await 30 succeeded typed
  kubectl delete pod typed
  # As people look into things; script(1) is their terminal.
  # kubectl first says a size that is one larger, so that programs draw anew.
  said=$(printf 'tty; until stty size | grep "33 111"; do sleep 0.1; done; echo $TERM; exit\n' |
    timeout 60 script -qec "stty rows 33 cols 111; kubectl run shell --image=$box -it --rm -q \
      --restart=Never --overrides='$(overrides)' --command -- sh" /dev/null) || true
  note "$(echo "$said" | tr -d '\r' | grep -v '[#$]' | tr '\n' ' ')"
  has "$said" /dev/pts/
  has "$said" '33 111'
  has "$said" xterm
  await 30 no_pod shell
}

# What is added to look into a pod runs once, and the pod goes on. A guest cannot be looked into.
case_debug() {
  local before state='{.status.containerStatuses[0].state.running.startedAt} {.status.phase}'
  pod looked edge "$(box_container app 'sleep 100000')" | kubectl apply -f -
  pod opaque edge "$(guest_container)" | kubectl apply -f -
  kubectl wait --for=condition=Ready --timeout="$((90 * slow))s" pod/looked pod/opaque
  before=$(field pod looked "$state")
  kubectl debug looked --image="$box" --target=app -c dbg -- \
    sh -c 'tr "\0" " " </proc/1/cmdline; echo; exit 3'
  await 60 debugged looked terminated
  same 3 "$(field pod looked '{.status.ephemeralContainerStatuses[0].state.terminated.exitCode}')" \
    "the exit code of what looks into the pod"
  has "$(kubectl logs looked -c dbg)" 'sleep 100000'
  same "$before" "$(field pod looked "$state")" "the pod that was looked into"
  kubectl debug opaque --image="$box" --target=guest -c dbg -- true
  await 60 debugged opaque waiting.message
  has "$(field pod opaque '{.status.ephemeralContainerStatuses[0].state.waiting.message}')" 'is a guest'
  same Running "$(phase opaque)" "the guest that cannot be looked into"
  kubectl delete pod looked opaque
}

# debugged POD STATE
debugged() { [ -n "$(field pod "$1" "{.status.ephemeralContainerStatuses[0].state.$2}")" ]; }

succeeded() { [ "$(field pod "$1" '{.status.phase}')" = Succeeded ]; }
no_pod() { [ -z "$(kubectl get pod "$1" --ignore-not-found -o name)" ]; }
overrides() {
  echo '{"spec": {"nodeSelector": {"type": "virtual-kubelet", "kubernetes.io/hostname": "edge"},' \
    '"tolerations": [{"key": "virtual-kubelet.io/provider", "operator": "Exists"}]}}'
}

case_port_forward() {
  local pid said rc=0
  pod forwarded edge "- name: main
  image: \"$box\"
  command: [/bin/sh, -c, 'mkdir -p /tmp/w; seq 200000 >/tmp/w/numbers; exec httpd -f -p 8083 -h /tmp/w']
  ports: [{containerPort: 8083}]" | kubectl apply -f -
  kubectl wait --for=condition=Ready --timeout="$((60 * slow))s" pod/forwarded
  kubectl port-forward pod/forwarded 18080:8083 >"$work/forward" 2>&1 &
  pid=$!
  await 15 curl -sf -m 5 -o "$work/numbers" http://127.0.0.1:18080/numbers
  same "$(seq 200000 | sha256sum)" "$(sha256sum <"$work/numbers")" "what came through"
  # Several at once over the one connection.
  for said in 1 2 3 4 5 6; do
    curl -sf -m 20 -o "$work/numbers.$said" http://127.0.0.1:18080/numbers &
    rc="$rc $!"
  done
  for said in ${rc#0 }; do wait "$said"; done
  same "$(sha256sum <"$work/numbers")" "$(sha256sum <"$work/numbers.6")" "what came through at once"
  kill $pid
  wait $pid || true
  # A port that the pod does not have.
  kubectl port-forward pod/forwarded 18081:9 >"$work/forward" 2>&1 &
  pid=$!
  await 15 refuses_a_port
  note "$(grep -m 1 -o 'nothing of the pod.*' "$work/forward")"
  kill $pid 2>/dev/null || true
  wait $pid || true
  kubectl delete pod forwarded
}

refuses_a_port() {
  curl -s -m 1 http://127.0.0.1:18081/ || grep -q 'nothing of the pod that runs is reached' "$work/forward"
}

case_stats_and_metrics() {
  local ask=(curl -sf -k --cert "$pki/kubelet-client.crt" --key "$pki/kubelet-client.key")
  "${ask[@]}" "https://$address:10250/stats/summary" | jq -e '.node.nodeName == "edge"
    and (.pods | length) > 0 and .node.memory.workingSetBytes > 0'
  "${ask[@]}" "https://$address:10250/stats/summary" | jq -e '[.pods[] | select(.podRef.name | startswith("box"))
    | .containers[0].memory.workingSetBytes] | length > 0'
  local metrics
  metrics=$("${ask[@]}" "https://$address:10250/metrics/resource")
  has "$metrics" node_cpu_usage_seconds_total
  has "$metrics" 'pod_memory_working_set_bytes{'
  has "$metrics" "container_cpu_usage_seconds_total{"
  # By way of the API server, as kubectl.
  kubectl get --raw /api/v1/nodes/edge/proxy/stats/summary | jq -e '.node.nodeName == "edge"'
  has "$(kubectl get --raw /api/v1/nodes/edge2/proxy/metrics/resource)" node_memory_working_set_bytes
  same ok "$(kubectl get --raw /api/v1/nodes/edge/proxy/healthz)" healthz
}

# By metrics-server, which asks the nodes and answers kubectl by way of the API server.
case_top() {
  if ! command -v metrics-server >/dev/null; then
    note "NOT TRIED: no metrics-server"
    return
  fi
  launch metrics metrics-server --secure-port=4443 --cert-dir="$work/metrics" \
    --kubeconfig="$pki/admin.kubeconfig" --authentication-kubeconfig="$pki/admin.kubeconfig" \
    --authorization-kubeconfig="$pki/admin.kubeconfig" --kubelet-insecure-tls \
    --kubelet-use-node-status-port --kubelet-preferred-address-types=InternalIP \
    --metric-resolution=15s
  cat <<YAML | kubectl apply -f -
apiVersion: v1
kind: Service
metadata: {name: metrics-server, namespace: kube-system}
spec: {ports: [{port: 443, targetPort: 4443}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: metrics-server
  namespace: kube-system
  labels: {kubernetes.io/service-name: metrics-server}
addressType: IPv4
ports: [{port: 4443}]
endpoints: [{addresses: ["$address"]}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.metrics.k8s.io}
spec:
  service: {name: metrics-server, namespace: kube-system}
  group: metrics.k8s.io
  version: v1beta1
  insecureSkipTLSVerify: true
  groupPriorityMinimum: 100
  versionPriority: 100
YAML
  await 120 has_top node edge
  await 30 has_top node edge2
  await 60 has_top pod "$(pods_of box)"
  await 60 has_top pod "$(pods_of guest)"
  note "$(kubectl top node edge --no-headers | tr -s ' ')"
  note "$(kubectl top pod "$(pods_of guest)" --no-headers | tr -s ' ')"
  kubectl top pod "$(pods_of mixed)" --containers --no-headers >"$work/top"
  same 2 "$(wc -l <"$work/top")" "containers of the mixed pod"
  kubectl delete apiservice v1beta1.metrics.k8s.io
  kill "$(cat "$work/metrics.pid")"
}

# has_top KIND NAME: how much it has of the memory is told; of a shell that can be less than 1 MiB.
has_top() { kubectl top "$1" "$2" --no-headers | grep -E '[0-9]+m +.*[0-9]+Mi'; }

# What the agents said that somebody should read. A pod that was just deleted may have been asked
# for the ConfigMap that it waits for, which its node may not read by then. Later a server that has just been started may
# refuse what it will allow.
case_agents_did_not_complain() {
  local said
  said=$(grep -hiE 'forbidden|exception|not allowed|unexpected' "$work/log/edge" "$work/log/edge2" |
    grep -vE 'kubernetes.io/role|no relationship found between node' || true)
  same '' "$said" "the agents' words"
}
