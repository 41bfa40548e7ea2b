package dev.finetune.internal.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.finetune.data.UnreadableFileException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads the configuration and the parameters of a Deeplearning4j zip, and nothing else.
 * Deeplearning4j's {@code ModelSerializer} also deserialises an entry {@code preprocessor.bin},
 * with which a file can run code.
 */
final class Dl4jZip {

  static final String CONFIGURATION = "configuration.json";

  private static final long MAX_CONFIGURATION = 1 << 26;

  /** The bytes that may be unpacked for each byte of the file, and those of any file. */
  private static final long MOST_TIMES = 100;

  private static final long MOST = 1 << 24;

  private Dl4jZip() {}

  /**
   * Reads a network.
   *
   * @throws UnreadableFileException if the file is not such a zip, is damaged, or names a class
   *     that is no part of a network
   * @throws IOException if the file cannot be read
   */
  static Model read(Path zip) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      JsonNode configuration = configuration(zip, file);
      ZipEntry coefficients = entry(zip, file, Coefficients.ENTRY, Long.MAX_VALUE);
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(file.getInputStream(coefficients)))) {
        return network(configuration, Nd4j.read(in));
      }
    } catch (ZipException e) {
      throw new UnreadableFileException(
          zip.toString(), "", "not a Deeplearning4j zip: " + e.getMessage(), e);
    } catch (EOFException | RuntimeException e) {
      throw new UnreadableFileException(
          zip.toString(), "", "Deeplearning4j cannot read it: " + e.getMessage(), e);
    }
  }

  /** Returns the network. Only the configuration of a graph has vertices. */
  private static Model network(JsonNode json, INDArray parameters) {
    if (json.has("vertices")) {
      ComputationGraphConfiguration graph = ComputationGraphConfiguration.fromJson(json.toString());
      graph.setDataType(parameters.dataType());
      ComputationGraph network = new ComputationGraph(graph);
      network.init(parameters, false);
      return network;
    }
    MultiLayerConfiguration layers = MultiLayerConfiguration.fromJson(json.toString());
    layers.setDataType(parameters.dataType());
    MultiLayerNetwork network = new MultiLayerNetwork(layers);
    network.init(parameters, false);
    return network;
  }

  /**
   * Returns the configuration as it was checked: a text could have a key twice, of which each
   * reader takes another.
   */
  private static JsonNode configuration(Path zip, ZipFile file) throws IOException {
    ZipEntry entry = entry(zip, file, CONFIGURATION, MAX_CONFIGURATION);
    try (InputStream in = file.getInputStream(entry)) {
      JsonNode json =
          JsonMapper.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .build()
              .readTree(in.readNBytes((int) entry.getSize()));
      NamedClasses.require(zip.toString(), CONFIGURATION, json);
      return json;
    } catch (JsonProcessingException e) {
      throw new UnreadableFileException(
          zip.toString(), CONFIGURATION, "must be valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Returns an entry whose size is plausible: it is what memory is taken for. */
  private static ZipEntry entry(Path zip, ZipFile file, String name, long most) throws IOException {
    ZipEntry entry = file.getEntry(name);
    if (entry == null) {
      throw new UnreadableFileException(
          zip.toString(),
          "",
          "a Deeplearning4j zip must have the entries "
              + CONFIGURATION
              + " and "
              + Coefficients.ENTRY);
    }
    long limit = Math.min(most, MOST + MOST_TIMES * Files.size(zip));
    if (entry.getSize() < 0 || entry.getSize() > limit) {
      throw new UnreadableFileException(
          zip.toString(),
          "entry " + name,
          "must have at most " + limit + " bytes, got " + entry.getSize());
    }
    return entry;
  }
}
