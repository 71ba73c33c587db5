package dev.flint.agent.qemu;

import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.instance.PortDocument;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A plan as a document and back. */
final class PlanDocument {
  private PlanDocument() {}

  static LaunchPlan write(QemuPlan plan) {
    QemuPlan.Overlay overlay = plan.overlay();
    JsonObject disk =
        JsonObject.empty()
            .with("file", overlay.file().toString())
            .with("base", overlay.base().toString())
            .with("baseFormat", overlay.format().id())
            .with("size", overlay.size());
    if (overlay.osv()) {
      disk = disk.with("commandLine", overlay.commandLine());
    }
    List<JsonObject> copies = new ArrayList<>();
    for (QemuPlan.Copy copy : plan.copies()) {
      copies.add(
          JsonObject.empty()
              .with("source", copy.source().toString())
              .with("file", copy.file().toString()));
    }
    List<JsonObject> shares = new ArrayList<>();
    for (QemuPlan.Share share : plan.shares()) {
      shares.add(
          JsonObject.empty()
              .withStrings("argv", share.argv())
              .with("socket", share.socket().toString()));
    }
    JsonObject json =
        JsonObject.empty()
            .with("backend", QemuBackend.NAME)
            .withStrings("argv", plan.argv())
            .with("acceleration", plan.acceleration().id())
            .with("user", plan.user())
            .with("overlay", disk)
            .withObjects("copies", copies)
            .withObjects("shares", shares)
            .with("address", plan.address())
            .with("run", plan.run().toString())
            .with("pidFile", plan.pidFile().toString())
            .with("errors", plan.errors().toString())
            .with("console", plan.console().toString())
            .with("control", plan.control().toString())
            .with("people", plan.people().toString())
            .withStrings("notes", plan.notes());
    QemuPlan.Port port = plan.bridgePort();
    json = PortDocument.put(json, plan.ports());
    return new LaunchPlan(port == null ? json : json.with("bridgePort", write(port)));
  }

  private static JsonObject write(QemuPlan.Port port) {
    List<JsonObject> making = new ArrayList<>();
    for (List<String> command : port.making()) {
      making.add(JsonObject.empty().withStrings("argv", command));
    }
    return JsonObject.empty()
        .with("device", port.device())
        .withObjects("making", making)
        .withStrings("removing", port.removing());
  }

  private static QemuPlan.@Nullable Port port(JsonObject json) throws FlintException {
    Optional<JsonObject> port = json.object("bridgePort");
    if (port.isEmpty()) {
      return null;
    }
    List<List<String>> making = new ArrayList<>();
    for (JsonObject command : port.get().objects("making")) {
      making.add(command.strings("argv"));
    }
    return new QemuPlan.Port(
        port.get().requiredString("device"), making, port.get().strings("removing"));
  }

  static QemuPlan read(LaunchPlan launch) throws FlintException {
    JsonObject json = launch.document();
    if (!json.requiredString("backend").equals(QemuBackend.NAME)) {
      throw new FlintException(ErrorCode.PROTOCOL, "the plan is for another backend");
    }
    List<QemuPlan.Copy> copies = new ArrayList<>();
    for (JsonObject copy : json.objects("copies")) {
      copies.add(new QemuPlan.Copy(path(copy, "source"), path(copy, "file")));
    }
    List<QemuPlan.Share> shares = new ArrayList<>();
    for (JsonObject share : json.objects("shares")) {
      shares.add(new QemuPlan.Share(share.strings("argv"), path(share, "socket")));
    }
    return new QemuPlan(
        json.strings("argv"),
        Acceleration.parse(json.requiredString("acceleration")),
        json.requiredString("user"),
        overlay(json.object("overlay").orElseThrow(() -> json.missing("overlay"))),
        copies,
        shares,
        PortDocument.read(json),
        port(json),
        json.string("address").orElse(""),
        path(json, "run"),
        path(json, "pidFile"),
        path(json, "errors"),
        path(json, "console"),
        path(json, "control"),
        path(json, "people"),
        json.strings("notes"));
  }

  private static QemuPlan.Overlay overlay(JsonObject json) throws FlintException {
    Optional<String> commandLine = json.string("commandLine");
    return new QemuPlan.Overlay(
        path(json, "file"),
        path(json, "base"),
        DiskFormat.byId(json.requiredString("baseFormat"))
            .orElseThrow(() -> json.wrong("baseFormat", "a format of disks")),
        number(json, "size"),
        commandLine.isPresent(),
        commandLine.orElse(""));
  }

  private static Path path(JsonObject json, String name) throws FlintException {
    return Path.of(json.requiredString(name));
  }

  private static long number(JsonObject json, String name) throws FlintException {
    return json.integer(name).orElseThrow(() -> json.missing(name));
  }
}
