package dev.flint.cli.command;

import dev.flint.cli.command.StoredImage.Content;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Times;
import dev.flint.oci.Descriptor;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Reference;
import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.foreignimage.ForeignImage;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code flint inspect} shows: the same facts for people and for programs. */
final class ImageDetails {
  private final Reference reference;
  private final DiskImage image;
  private final String backend;
  private final String runtime;
  private final Map<String, String> disk = new TreeMap<>();
  private final Map<String, String> annotations;
  private final Map<String, String> labels;
  private final Content content;

  private ImageDetails(Reference reference, Content content) throws FlintException {
    this.reference = reference;
    this.content = content;
    this.image = content.image();
    this.backend =
        image
            .config()
            .backend()
            .or(() -> content.foreign().map(found -> found.kind().backend().id()))
            .orElse("containerd");
    this.runtime = image.config().runtime().orElse("");
    this.annotations = image.manifest().annotations();
    this.labels = image.config().labels();
    for (String key :
        List.of(FeatherKeys.DISK_DIGEST, FeatherKeys.DISK_FORMAT, FeatherKeys.DISK_VIRTUAL_SIZE)) {
      image
          .diskFact(key)
          .ifPresent(value -> disk.put(key.substring(key.lastIndexOf('.') + 1), value));
    }
  }

  static ImageDetails of(Reference reference, Content content) throws FlintException {
    return new ImageDetails(reference, content);
  }

  JsonObject toJson() throws FlintException {
    ImageConfig config = image.config();
    List<JsonObject> layers = new ArrayList<>();
    for (Descriptor layer : image.manifest().layers()) {
      layers.add(layer.json());
    }
    return JsonObject.empty()
        .with("reference", reference.tagged())
        .with("digest", image.manifest().document().digest().toString())
        .with("pinned", name())
        .with("mediaType", image.manifest().document().mediaType().value())
        .with("platform", config.platform().toString())
        .with("backend", backend)
        .with("runtime", runtime)
        .with("kind", kind())
        .with("created", Times.iso(config.created().orElse("")))
        .withStrings("entrypoint", config.entrypoint())
        .withStrings("cmd", config.cmd())
        .withStrings("env", config.env())
        .with("workingDir", config.workingDir())
        .withStrings("ports", config.ports())
        .with("disk", disk())
        .withObjects("files", ImageFileTexts.json(content))
        .withMap("foreign", content.foreign().map(ForeignImage::facts).orElse(Map.of()))
        .with("config", image.manifest().config().json())
        .withObjects("layers", layers)
        .withMap("labels", labels)
        .withMap("annotations", annotations);
  }

  /** What always means this image. */
  String name() {
    return Pinned.of(reference, image.manifest().document().digest()).text();
  }

  private JsonObject disk() {
    JsonObject json = JsonObject.empty();
    for (String fact : List.of("digest", "format")) {
      json = disk.containsKey(fact) ? json.with(fact, disk.getOrDefault(fact, "")) : json;
    }
    String size = disk.getOrDefault("virtual-size", "");
    return isNumber(size) ? json.with("virtualSize", Long.parseLong(size)) : json;
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,18}");
  }

  List<String> lines() throws FlintException {
    ImageConfig config = image.config();
    List<String> lines = new ArrayList<>();
    line(lines, "Reference", reference.toString());
    line(lines, "Digest", image.manifest().document().digest().toString());
    line(lines, "Platform", config.platform().toString());
    line(lines, "Backend", backend);
    line(lines, "Runtime", runtime);
    line(lines, "Kind", kind());
    content
        .foreign()
        .ifPresent(
            found ->
                new TreeMap<>(found.facts())
                    .forEach((key, value) -> line(lines, "Foreign", key + "=" + value)));
    line(lines, "Created", Times.iso(config.created().orElse("")));
    line(lines, "Entrypoint", String.join(" ", config.entrypoint()));
    line(lines, "Command", String.join(" ", config.cmd()));
    line(lines, "Env", String.join(" ", config.env()));
    line(lines, "Workdir", config.workingDir());
    line(lines, "Ports", String.join(", ", config.ports()));
    line(
        lines,
        "Memory",
        labels.containsKey(FeatherKeys.MEMORY) ? labels.get(FeatherKeys.MEMORY) + " MiB" : "");
    line(lines, "CPUs", labels.getOrDefault(FeatherKeys.CPUS, ""));
    line(lines, "Disk format", disk.getOrDefault("format", ""));
    line(lines, "Disk size", diskSize());
    line(lines, "Disk digest", disk.getOrDefault("digest", ""));
    ImageFileTexts.lines(content).forEach(text -> line(lines, "File", text));
    for (Descriptor layer : image.manifest().layers()) {
      line(lines, "Layer", layer.digest() + "  " + Sizes.of(layer.size()));
    }
    annotations.forEach((key, value) -> line(lines, "Annotation", key + "=" + value));
    return lines;
  }

  private String kind() {
    return content
        .foreign()
        .map(found -> found.kind().label())
        .or(() -> BackendKind.byId(backend).map(BackendKind::label))
        .orElse("");
  }

  private String diskSize() {
    String bytes = disk.getOrDefault("virtual-size", "");
    return isNumber(bytes) ? Sizes.of(Long.parseLong(bytes)) : bytes;
  }

  private static void line(List<String> lines, String name, String value) {
    if (!value.isEmpty()) {
      // String.format reads patterns and takes 4 ms when first called.
      lines.add(name + ":" + " ".repeat(Math.max(0, 12 - name.length())) + value);
    }
  }
}
