package dev.flint.agent.containerd;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@code process} of a runtime spec (runtime-spec, config.md, "Process"). Pure. */
final class ContainerProcess {
  /** What an image without a PATH gets, as docker has it. */
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** What programs take a terminal for that nobody has named, as docker and a kubelet have it. */
  static final String TERM = "xterm";

  /** Docker's default, and containerd's. */
  static final List<String> USUAL_CAPABILITIES =
      List.of(
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_FSETID",
          "CAP_FOWNER",
          "CAP_MKNOD",
          "CAP_NET_RAW",
          "CAP_SETGID",
          "CAP_SETUID",
          "CAP_SETFCAP",
          "CAP_SETPCAP",
          "CAP_NET_BIND_SERVICE",
          "CAP_SYS_CHROOT",
          "CAP_KILL",
          "CAP_AUDIT_WRITE");

  private ContainerProcess() {}

  /**
   * Merges what the image and the instance say.
   *
   * @param capabilities what it may have at most
   * @param hostName what {@code HOSTNAME} says unless image or instance say something else; empty
   *     for nothing
   * @throws FlintException UNSUPPORTED if neither says what to run
   */
  static JsonObject of(
      InstanceSpec spec,
      ImageConfig image,
      ImageUser user,
      List<String> capabilities,
      String hostName)
      throws FlintException {
    JsonObject sets = JsonObject.empty().withStrings("bounding", capabilities);
    if (user.uid() == 0) {
      // Others have none to begin with, as after an exec.
      sets = sets.withStrings("effective", capabilities).withStrings("permitted", capabilities);
    }
    JsonObject process =
        JsonObject.empty()
            .with("terminal", spec.extras().interaction().terminal())
            .with(
                "user",
                JsonObject.empty()
                    .with("uid", user.uid())
                    .with("gid", user.gid())
                    .withIntegers("additionalGids", user.groups()))
            .withStrings("args", args(spec, image))
            .withStrings("env", env(spec, image, hostName))
            .with("cwd", folder(spec, image))
            .with("capabilities", sets);
    return spec.security().noNewPrivileges() ? process.with("noNewPrivileges", true) : process;
  }

  /** A command hides the image's arguments too, as those were meant for the image's own. */
  private static List<String> args(InstanceSpec spec, ImageConfig image) throws FlintException {
    List<String> args = new ArrayList<>();
    boolean own = !spec.command().isEmpty();
    args.addAll(own ? spec.command() : image.entrypoint());
    args.addAll(own || !spec.args().isEmpty() ? spec.args() : image.cmd());
    if (args.isEmpty()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "the image " + spec.image() + " does not say which program it runs",
          "say which: flint run IMAGE PROGRAM");
    }
    return args;
  }

  private static List<String> env(InstanceSpec spec, ImageConfig image, String hostName)
      throws FlintException {
    Map<String, String> merged = new LinkedHashMap<>();
    merged.put("PATH", PATH);
    if (spec.extras().interaction().terminal()) {
      merged.put("TERM", TERM);
    }
    if (!hostName.isEmpty()) {
      merged.put("HOSTNAME", hostName);
    }
    for (String entry : image.env()) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        merged.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    merged.putAll(spec.env());
    return entries(merged);
  }

  static List<String> entries(Map<String, String> env) {
    List<String> out = new ArrayList<>();
    for (Map.Entry<String, String> entry : env.entrySet()) {
      out.add(entry.getKey() + "=" + entry.getValue());
    }
    return out;
  }

  private static String folder(InstanceSpec spec, ImageConfig image) throws FlintException {
    String folder = spec.workingDir().isEmpty() ? image.workingDir() : spec.workingDir();
    return folder.startsWith("/") ? folder : "/" + folder;
  }
}
