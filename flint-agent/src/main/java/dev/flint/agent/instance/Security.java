package dev.flint.agent.instance;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an instance may do on its host's kernel, in the terms of Kubernetes (core/v1
 * SecurityContext). A guest has a kernel of its own, so all of this is about containers.
 *
 * @param capabilities added to the usual ones, and taken from them
 * @param noNewPrivileges whether programs with setuid bits give nothing
 * @param readOnlyRoot whether nothing can be written outside of mounts
 * @param seccomp {@link #UNCONFINED}, {@link #RUNTIME_DEFAULT}, or {@link #LOCALHOST} and a
 *     relative path without {@code ..}
 * @param appArmor a profile in the same words
 * @param selinux whether a label of SELinux is asked for
 * @param sysctls of the kernel, such as are each container's own; in order
 * @param ownUsers whether its users are to be others on the host ({@code hostUsers: false})
 */
public record Security(
    Identity identity,
    Capabilities capabilities,
    boolean noNewPrivileges,
    boolean readOnlyRoot,
    String seccomp,
    String appArmor,
    boolean selinux,
    Map<String, String> sysctls,
    boolean ownUsers) {
  /** No profile. */
  public static final String UNCONFINED = "";

  /** The profile of what runs the container. */
  public static final String RUNTIME_DEFAULT = "runtime/default";

  /** Prefix of the path of a profile on the host. */
  public static final String LOCALHOST = "localhost/";

  /** What one has that says nothing. */
  public static final Security USUAL =
      new Security(
          Identity.OF_IMAGE,
          Capabilities.USUAL,
          false,
          false,
          UNCONFINED,
          UNCONFINED,
          false,
          Map.of());

  /** Copies the map. */
  public Security {
    sysctls = Collections.unmodifiableMap(new LinkedHashMap<>(sysctls));
  }

  /** One whose users are the host's. */
  public Security(
      Identity identity,
      Capabilities capabilities,
      boolean noNewPrivileges,
      boolean readOnlyRoot,
      String seccomp,
      String appArmor,
      boolean selinux,
      Map<String, String> sysctls) {
    this(
        identity,
        capabilities,
        noNewPrivileges,
        readOnlyRoot,
        seccomp,
        appArmor,
        selinux,
        sysctls,
        false);
  }

  /** The same with users that are, or are not, the host's. */
  public Security withOwnUsers(boolean own) {
    return new Security(
        identity,
        capabilities,
        noNewPrivileges,
        readOnlyRoot,
        seccomp,
        appArmor,
        selinux,
        sysctls,
        own);
  }
}
