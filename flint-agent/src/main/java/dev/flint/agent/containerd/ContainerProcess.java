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

  /** Docker's default. */
  private static final List<String> CAPABILITIES =
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
   * @throws FlintException UNSUPPORTED if neither says what to run
   */
  static JsonObject of(InstanceSpec spec, ImageConfig image, ImageUser user) throws FlintException {
    JsonObject capabilities = JsonObject.empty().withStrings("bounding", CAPABILITIES);
    if (user.uid() == 0) {
      // Others have none to begin with, as after an exec.
      capabilities =
          capabilities
              .withStrings("effective", CAPABILITIES)
              .withStrings("permitted", CAPABILITIES);
    }
    return JsonObject.empty()
        .with("terminal", false)
        .with(
            "user",
            JsonObject.empty()
                .with("uid", user.uid())
                .with("gid", user.gid())
                .withIntegers("additionalGids", user.groups()))
        .withStrings("args", args(spec, image))
        .withStrings("env", env(spec, image))
        .with("cwd", folder(spec, image))
        .with("capabilities", capabilities);
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

  private static List<String> env(InstanceSpec spec, ImageConfig image) throws FlintException {
    Map<String, String> merged = new LinkedHashMap<>();
    merged.put("PATH", PATH);
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
