package dev.flint.cli.ci;

import dev.flint.oci.json.JsonObject;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of examples/ci. */
final class Examples {
  static final Path GITHUB = file("github-actions.yml");
  static final Path GITLAB = file("gitlab-ci.yml");
  static final Path TEKTON = file("tekton.yaml");

  private Examples() {}

  private static Path file(String name) {
    return Path.of("../examples/ci").toAbsolutePath().normalize().resolve(name);
  }

  /** The documents of a file. */
  static List<JsonObject> documents(Path file) throws IOException {
    return YamlReader.read(Files.readAllBytes(file), String.valueOf(file.getFileName()));
  }

  static JsonObject githubJob() throws IOException {
    return part(documents(GITHUB).get(0), "jobs", "image");
  }

  /** The Task that publishes. */
  static JsonObject tektonTask() throws IOException {
    return documents(TEKTON).get(0).object("spec").orElseThrow();
  }

  static JsonObject part(JsonObject json, String... names) throws IOException {
    JsonObject at = json;
    for (String name : names) {
      at = at.object(name).orElseThrow();
    }
    return at;
  }

  /** Everything that a shell gets to see. */
  static List<String> scripts() throws IOException {
    List<String> scripts = new ArrayList<>();
    for (JsonObject step : githubJob().objects("steps")) {
      step.string("run").ifPresent(run -> scripts.add("#!/bin/bash\n" + run));
    }
    JsonObject gitlab = documents(GITLAB).get(0);
    for (String job : List.of("compose", "publish")) {
      List<String> lines = new ArrayList<>(part(gitlab, job).strings("before_script"));
      lines.addAll(part(gitlab, job).strings("script"));
      scripts.add("#!/bin/bash\n" + String.join("\n", lines) + "\n");
    }
    for (JsonObject document : documents(TEKTON)) {
      for (JsonObject step : document.object("spec").orElseThrow().objects("steps")) {
        scripts.add(step.string("script").orElseThrow());
      }
    }
    return scripts;
  }
}
