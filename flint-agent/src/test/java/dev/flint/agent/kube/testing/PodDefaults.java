package dev.flint.agent.kube.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What a real server was seen to fill in where a pod says nothing. */
final class PodDefaults {
  private static final String TOKEN_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final int MODE = 420;

  private final Tree pod;
  private final Tree spec;

  PodDefaults(Tree pod) {
    this.pod = pod;
    this.spec = pod.make("spec");
  }

  void apply() {
    spec.preset("restartPolicy", "Always");
    spec.preset("terminationGracePeriodSeconds", 30);
    spec.preset("dnsPolicy", "ClusterFirst");
    spec.preset("serviceAccountName", "default");
    spec.preset("serviceAccount", spec.text("serviceAccountName").orElse("default"));
    spec.preset("schedulerName", "default-scheduler");
    spec.preset("preemptionPolicy", "PreemptLowerPriority");
    spec.preset("priority", 0);
    spec.make("securityContext");
    if (!spec.has("enableServiceLinks")) {
      spec.set("enableServiceLinks", true);
    }
    spec.children("volumes").forEach(PodDefaults::volume);
    Admission.containers(spec).forEach(PodDefaults::container);
    tolerate("node.kubernetes.io/not-ready");
    tolerate("node.kubernetes.io/unreachable");
    if (!spec.text("automountServiceAccountToken").equals(Optional.of("false"))) {
      token();
    }
    pod.make("status").set("qosClass", qosClass());
  }

  private void tolerate(String taint) {
    List<Tree> tolerations = spec.children("tolerations");
    if (tolerations.stream()
        .noneMatch(t -> t.text("key").map(taint::equals).orElse(true) && isNoExecute(t))) {
      tolerations.add(
          new Tree()
              .set("key", taint)
              .set("operator", "Exists")
              .set("effect", "NoExecute")
              .set("tolerationSeconds", 300));
      spec.set("tolerations", tolerations);
    }
  }

  private static boolean isNoExecute(Tree toleration) {
    return toleration.text("effect").map("NoExecute"::equals).orElse(true);
  }

  private void token() {
    String name = "kube-api-access-" + UUID.randomUUID().toString().substring(0, 5);
    Tree item = new Tree().set("key", "ca.crt").set("path", "ca.crt");
    Tree field = new Tree().set("apiVersion", "v1").set("fieldPath", "metadata.namespace");
    List<Tree> sources =
        List.of(
            new Tree()
                .set(
                    "serviceAccountToken",
                    new Tree().set("expirationSeconds", 3607).set("path", "token")),
            new Tree()
                .set(
                    "configMap",
                    new Tree().set("name", "kube-root-ca.crt").set("items", List.of(item))),
            new Tree()
                .set(
                    "downwardAPI",
                    new Tree()
                        .set(
                            "items",
                            List.of(new Tree().set("path", "namespace").set("fieldRef", field)))));
    List<Tree> volumes = new ArrayList<>(spec.children("volumes"));
    volumes.add(
        new Tree()
            .set("name", name)
            .set("projected", new Tree().set("sources", sources).set("defaultMode", MODE)));
    boolean used = false;
    for (Tree container : Admission.containers(spec)) {
      List<Tree> mounts = container.children("volumeMounts");
      if (mounts.stream().noneMatch(m -> m.text("mountPath").equals(Optional.of(TOKEN_FOLDER)))) {
        mounts.add(
            new Tree().set("name", name).set("readOnly", true).set("mountPath", TOKEN_FOLDER));
        container.set("volumeMounts", mounts);
        used = true;
      }
    }
    if (used) {
      spec.set("volumes", volumes);
    }
  }

  private static void volume(Tree volume) {
    for (String kind : List.of("configMap", "secret", "downwardAPI", "projected")) {
      volume.child(kind).ifPresent(source -> source.preset("defaultMode", MODE));
    }
    volume.child("hostPath").ifPresent(source -> source.preset("type", ""));
    if (volume.members().size() == 1) {
      volume.make("emptyDir");
    }
  }

  private static void container(Tree container) {
    container.preset("imagePullPolicy", pullPolicy(container.text("image").orElse("")));
    container.preset("terminationMessagePath", "/dev/termination-log");
    container.preset("terminationMessagePolicy", "File");
    Tree resources = container.make("resources");
    resources
        .child("limits")
        .ifPresent(
            limits -> {
              Tree requests = resources.make("requests");
              limits.members().forEach(requests.members()::putIfAbsent);
            });
    container.children("ports").forEach(port -> port.preset("protocol", "TCP"));
    for (Tree variable : container.children("env")) {
      variable
          .child("valueFrom")
          .flatMap(from -> from.child("fieldRef"))
          .ifPresent(field -> field.preset("apiVersion", "v1"));
    }
    for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
      container.child(probe).ifPresent(PodDefaults::probe);
    }
  }

  private static void probe(Tree probe) {
    probe.preset("timeoutSeconds", 1);
    probe.preset("periodSeconds", 10);
    probe.preset("successThreshold", 1);
    probe.preset("failureThreshold", 3);
    probe
        .child("httpGet")
        .ifPresent(
            get -> {
              get.preset("path", "/");
              get.preset("scheme", "HTTP");
            });
  }

  private static String pullPolicy(String image) {
    String last = image.substring(image.lastIndexOf('/') + 1);
    boolean pinned = last.contains("@") || (last.contains(":") && !last.endsWith(":latest"));
    return pinned ? "IfNotPresent" : "Always";
  }

  private String qosClass() {
    boolean guaranteed = true;
    Set<String> said = new HashSet<>();
    for (Tree container : Admission.containers(spec)) {
      for (String resource : List.of("cpu", "memory")) {
        Optional<String> limit = container.text("resources", "limits", resource);
        Optional<String> request = container.text("resources", "requests", resource);
        limit.ifPresent(said::add);
        request.ifPresent(said::add);
        guaranteed &= limit.isPresent() && limit.equals(request);
      }
    }
    if (said.isEmpty()) {
      return "BestEffort";
    }
    return guaranteed ? "Guaranteed" : "Burstable";
  }
}
