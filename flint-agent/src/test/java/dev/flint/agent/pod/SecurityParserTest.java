package dev.flint.agent.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.Capabilities;
import dev.flint.agent.instance.Identity;
import dev.flint.agent.instance.Security;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SecurityParserTest {
  private static PodSpec parse(String pod, String container) throws FlintException {
    return Pods.spec(
        "securityContext: {" + pod + "}",
        "containers: [{name: a, image: i, securityContext: {" + container + "}}]");
  }

  private static Security of(String pod, String container) throws FlintException {
    return parse(pod, container).containers().get(0).security();
  }

  /** What the restricted Pod Security policy wants. */
  @Test
  void readsWhatARestrictedPodSays() throws FlintException {
    PodSpec pod =
        parse(
            "runAsNonRoot: true, runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000,"
                + " fsGroupChangePolicy: OnRootMismatch, supplementalGroups: [4000, 5],"
                + " supplementalGroupsPolicy: Strict, seccompProfile: {type: RuntimeDefault},"
                + " sysctls: [{name: net/ipv4/ip_unprivileged_port_start, value: '0'}],"
                + " seLinuxOptions: {level: 's0:c1'}, windowsOptions: {hostProcess: false}",
            "allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, procMount: Default,"
                + " capabilities: {drop: [ALL], add: [NET_BIND_SERVICE, cap_chown]}");
    assertEquals(
        new Security(
            new Identity(1000, 3000, true, List.of(2000, 4000, 5), true),
            new Capabilities(List.of("CAP_NET_BIND_SERVICE", "CAP_CHOWN"), List.of("ALL")),
            true,
            true,
            Security.RUNTIME_DEFAULT,
            Security.UNCONFINED,
            true,
            Map.of("net.ipv4.ip_unprivileged_port_start", "0")),
        pod.containers().get(0).security());
    assertEquals(2000, pod.security().fsGroup());
    assertEquals(List.of(), pod.warnings());
  }

  /** Guests have a kernel of their own, so whether it can be had is up to the image. */
  @Test
  void readsWhoseUsersThoseOfContainersAre() throws FlintException {
    String own = "containers: [{name: a, image: i, securityContext: {runAsUser: 5}}]";
    PodSpec pod = Pods.spec("hostUsers: false", own);
    assertTrue(pod.containers().get(0).security().ownUsers());
    assertEquals(List.of(), pod.warnings());
    assertTrue(
        Pods.spec("hostUsers: false", "securityContext: {runAsUser: 5}", own)
            .security()
            .usual()
            .ownUsers());
    assertFalse(Pods.spec("hostUsers: true", own).containers().get(0).security().ownUsers());
  }

  @Test
  void whatSaysNothingIsUsual() throws FlintException {
    assertEquals(Security.USUAL, of("", ""));
    assertEquals(
        Security.USUAL,
        of(
            "runAsUser: null, seccompProfile: null, sysctls: [], runAsNonRoot: null",
            "privileged: false, runAsNonRoot: null, allowPrivilegeEscalation: true,"
                + " capabilities: {}, seLinuxOptions: {}, appArmorProfile: {type: Unconfined}"));
    assertEquals(Security.USUAL, Pods.container("command: [x]").security());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // pod's, container's, user, group, non-root, seccomp
        "runAsUser: 5          |                   |  5 | -1 | false | ''",
        "runAsUser: 5          | runAsUser: 0      |  0 | -1 | false | ''",
        "runAsUser: 5          | runAsGroup: 0     |  5 |  0 | false | ''",
        "runAsNonRoot: true    | readOnlyRootFilesystem: true | -1 | -1 | true | ''",
        "runAsNonRoot: true    | runAsNonRoot: null | -1 | -1 | true | ''",
        "runAsNonRoot: true    | runAsNonRoot: false | -1 | -1 | false | ''",
        "runAsUser: 2147483647 |                   | 2147483647 | -1 | false | ''",
        "seccompProfile: {type: RuntimeDefault} | seccompProfile: {type: Unconfined} |"
            + " -1 | -1 | false | ''",
        "seccompProfile: {type: RuntimeDefault} |  | -1 | -1 | false | runtime/default",
        "| seccompProfile: {type: Localhost, localhostProfile: p/a.json} | -1 | -1 | false |"
            + " localhost/p/a.json",
      })
  void aContainerIsStrongerThanItsPod(
      String pod, String container, int user, int group, boolean nonRoot, String seccomp)
      throws FlintException {
    Security security = of(pod == null ? "" : pod, container == null ? "" : container);
    assertEquals(new Identity(user, group, nonRoot, List.of(), false), security.identity());
    assertEquals(seccomp, security.seccomp());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "runAsUser: -1| runAsUser: must be between 0 and 2147483647",
        "runAsUser: 4294967296| runAsUser: must be between",
        "runAsUser: 99999999999999999999| runAsUser: must be a whole number",
        "runAsUser: 1.5| runAsUser: must be a whole number",
        "runAsUser: root| runAsUser: must be a whole number",
        "runAsGroup: -5| runAsGroup: must be between",
        "runAsNonRoot: 1| runAsNonRoot: must be true or false",
        "fsGroup: 4294967296| fsGroup: must be between",
        "fsGroup: -1| fsGroup: must be between",
        "fsGroupChangePolicy: Never| fsGroupChangePolicy: must be Always or OnRootMismatch",
        "supplementalGroups: [1, -1]| supplementalGroups: must be a list of at most",
        "supplementalGroups: [4294967296]| supplementalGroups: must be",
        "supplementalGroups: [x]| supplementalGroups: must be",
        "supplementalGroups: 5| supplementalGroups: must be",
        "supplementalGroupsPolicy: merge| supplementalGroupsPolicy: must be Merge or Strict",
        "seccompProfile: {}| seccompProfile.type: required",
        "seccompProfile: {type: runtime/default}| seccompProfile.type: must be RuntimeDefault",
        "seccompProfile: {type: Localhost}| seccompProfile.localhostProfile: must be a relative",
        "seccompProfile: {type: Localhost, localhostProfile: /etc/p}|"
            + " seccompProfile.localhostProfile: must be a relative",
        "seccompProfile: {type: Localhost, localhostProfile: a/../../p}|"
            + " seccompProfile.localhostProfile: must be a relative",
        "seccompProfile: {type: Unconfined, localhostProfile: p}|"
            + " seccompProfile.localhostProfile: is for the type Localhost",
        "seccompProfile: RuntimeDefault| seccompProfile: must be an object",
        "appArmorProfile: {type: Complain}| appArmorProfile.type: must be",
        "seLinuxOptions: {level: 1}| seLinuxOptions: must be a map of strings",
        "sysctls: [{name: kernel.msgmax, value: '1'}]| sysctls[0].name: forbidden sysctl",
        "sysctls: [{name: ../../etc/passwd, value: '1'}]| sysctls[0].name: forbidden sysctl",
        "sysctls: [{name: net.ipv4.tcp_syncookies, value: 1}]| sysctls[0].value: must be a str",
        "sysctls: [{name: net.ipv4.tcp_rmem, value: \"1\\n2\"}]| sysctls[0].value: must be a line",
        "sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}, {name: net/ipv4/tcp_rmem, value: '2'}]|"
            + " sysctls[1].name: another one",
        "sysctls: [{value: '1'}]| sysctls[0].name: required",
        "capabilities: {drop: [ALL]}| capabilities: unknown field",
        "privileged: true| privileged: unknown field",
        "runasuser: 1| runasuser: unknown field",
      })
  void namesWhatIsWrongInAPod(String line, String message) {
    FlintException e = assertThrows(FlintException.class, () -> of(line, ""));
    assertSaid("pod web: spec.securityContext." + message, e);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "privileged: true| privileged: not supported on this device",
        "privileged: maybe| privileged: not supported",
        "procMount: Unmasked| procMount: only Default is supported",
        "capabilities: {add: [NET_ADMINS]}| capabilities.add: must be names of capabilities",
        "capabilities: {drop: [CAP_]}| capabilities.drop: must be names",
        "capabilities: {drop: ['']}| capabilities.drop: must be names",
        "capabilities: {drop: [CAP_ALL]}| capabilities.drop: must be names",
        "capabilities: {drop: ALL}| capabilities.drop: must be a list of strings",
        "capabilities: {remove: [ALL]}| capabilities.remove: unknown field",
        "allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}|"
            + " allowPrivilegeEscalation: cannot be false",
        "allowPrivilegeEscalation: 'no'| allowPrivilegeEscalation: must be true or false",
        "readOnlyRootFilesystem: yeah| readOnlyRootFilesystem: must be true or false",
        "runAsUser: 2147483648| runAsUser: must be between",
        "fsGroup: 1| fsGroup: unknown field",
        "sysctls: []| sysctls: unknown field",
      })
  void namesWhatIsWrongInAContainer(String line, String message) {
    FlintException e = assertThrows(FlintException.class, () -> of("", line));
    assertSaid("pod web: spec.containers[0].securityContext." + message, e);
  }

  private static void assertSaid(String start, FlintException e) {
    assertTrue(String.valueOf(e.getMessage()).startsWith(start), e.getMessage());
  }

  @Test
  void aServerThatIsNewerMaySayMore() throws FlintException {
    String yaml =
        "metadata: {name: web, uid: 1-2}\nspec: {containers: [{name: a, image: i,"
            + " securityContext: {runAsUser: 5, newFangled: 1}}]}";
    JsonObject document = YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "test").get(0);
    assertEquals(
        List.of("spec.containers[0].securityContext.newFangled: ignored"),
        PodParser.parse(document, PodOrigin.API).warnings());
    assertThrows(FlintException.class, () -> PodParser.parse(document, PodOrigin.FILE));
  }

  @Test
  void refusesAPileOfSettings() {
    StringBuilder pile = new StringBuilder("sysctls: [");
    for (int i = 0; i < 10_000; i++) {
      pile.append("{name: kernel.shm_rmid_forced, value: '").append(i).append("'},");
    }
    FlintException e = assertThrows(FlintException.class, () -> of(pile + "]", ""));
    assertTrue(("" + e.getMessage()).contains("sysctls[1].name: another one"), e.getMessage());
    String groups = "supplementalGroups: [" + "1,".repeat(70_000) + "1]";
    assertEquals(
        ErrorCode.PROTOCOL, assertThrows(FlintException.class, () -> of(groups, "")).code());
  }

  /** Whatever is dropped is not there, whatever is added and not dropped is, and nothing else. */
  @Test
  void capabilitiesAreWhatIsSaid() {
    Random random = new Random(17);
    List<String> all = new Capabilities(List.of("ALL"), List.of()).of(List.of(), -1);
    assertEquals(41, all.size());
    for (int round = 0; round < 1000; round++) {
      List<String> usual = some(all, random, false);
      List<String> add = some(all, random, random.nextInt(4) == 0);
      List<String> drop = some(all, random, random.nextInt(4) == 0);
      List<String> result = new Capabilities(add, drop).of(usual, -1);
      for (String name : all) {
        boolean begins = !drop.contains("ALL") && (add.contains("ALL") || usual.contains(name));
        boolean expected = (begins || add.contains(name)) && !drop.contains(name);
        assertEquals(expected, result.contains(name), name + ": +" + add + " -" + drop);
      }
      assertEquals(result.size(), result.stream().distinct().filter(all::contains).count());
    }
  }

  private static List<String> some(List<String> all, Random random, boolean andAll) {
    List<String> out = new ArrayList<>();
    for (String name : all) {
      if (random.nextInt(8) == 0) {
        out.add(name);
      }
    }
    if (andAll) {
      out.add(random.nextInt(out.size() + 1), "ALL");
    }
    return out;
  }
}
