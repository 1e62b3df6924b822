#include "CSentencePiece.h"

#include <dlfcn.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

using sentencepiece::SentenceIterator;
using sentencepiece::SentencePieceProcessor;
using sentencepiece::SentencePieceTrainer;
using sentencepiece::util::Status;
using sentencepiece::util::StatusCode;

struct espalier_sentencepiece_model {
  SentencePieceProcessor processor;
};

namespace {

using CStatus = espalier_sentencepiece_status;

CStatus failure(StatusCode code, const char *message) noexcept {
  const size_t count = std::strlen(message) + 1;
  auto *copy = static_cast<char *>(std::malloc(count));
  if (copy != nullptr) std::memcpy(copy, message, count);
  return {static_cast<int32_t>(code), copy};
}

CStatus converted(const Status &status) noexcept {
  if (status.ok()) return {0, nullptr};
  return failure(status.code(), status.error_message());
}

/// Runs a body that returns a CStatus; an exception becomes a status.
template <typename Body>
CStatus guarded(Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return failure(StatusCode::kResourceExhausted, "out of memory");
  } catch (const std::exception &error) {
    return failure(StatusCode::kInternal, error.what());
  } catch (...) {
    return failure(StatusCode::kInternal, "unknown C++ exception");
  }
}

/// Copies elements into memory that C code can free.
template <typename Element, typename Source>
CStatus hand_out(const Source &source, Element **elements, size_t *count) {
  *elements = nullptr;
  *count = source.size();
  if (source.empty()) return {0, nullptr};
  const size_t byte_count = source.size() * sizeof(Element);
  *elements = static_cast<Element *>(std::malloc(byte_count));
  if (*elements == nullptr) throw std::bad_alloc();
  std::memcpy(*elements, source.data(), byte_count);
  return {0, nullptr};
}

/// Sentences pulled from a C function.
class CallbackIterator final : public SentenceIterator {
 public:
  CallbackIterator(espalier_sentencepiece_next next, void *context)
      : next_(next), context_(context) {
    Next();
  }

  bool done() const override { return done_; }

  void Next() override {
    const uint8_t *bytes = nullptr;
    size_t count = 0;
    done_ = next_(context_, &bytes, &count) == 0;
    if (done_) {
      value_.clear();
    } else {
      value_.assign(reinterpret_cast<const char *>(bytes), count);
    }
  }

  const std::string &value() const override { return value_; }
  Status status() const override { return Status(); }

 private:
  espalier_sentencepiece_next next_;
  void *context_;
  std::string value_;
  bool done_ = false;
};

/// Reads lines of `name=value`.
std::unordered_map<std::string, std::string> parsed(std::string_view settings) {
  std::unordered_map<std::string, std::string> result;
  while (!settings.empty()) {
    const size_t end = std::min(settings.find('\n'), settings.size());
    const std::string_view line = settings.substr(0, end);
    const size_t equals = line.find('=');
    if (equals != std::string_view::npos) {
      result.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
    settings.remove_prefix(std::min(end + 1, settings.size()));
  }
  return result;
}

std::string_view view(const uint8_t *bytes, size_t count) {
  return std::string_view(reinterpret_cast<const char *>(bytes), count);
}

}  // namespace

CStatus espalier_sentencepiece_train(
    const char *settings, espalier_sentencepiece_next next, void *context,
    uint8_t **model, size_t *model_byte_count) {
  return guarded([&]() -> CStatus {
    CallbackIterator sentences(next, context);
    // The library ends the process when it is given no sentence at all.
    if (sentences.done()) return failure(StatusCode::kInvalidArgument, "no sentence to train on");
    std::string serialized;
    const Status status = SentencePieceTrainer::Train(parsed(settings), &sentences, &serialized);
    if (!status.ok()) return converted(status);
    return hand_out(serialized, model, model_byte_count);
  });
}

CStatus espalier_sentencepiece_load(
    const uint8_t *bytes, size_t byte_count, espalier_sentencepiece_model **model) {
  return guarded([&]() -> CStatus {
    auto loaded = std::make_unique<espalier_sentencepiece_model>();
    const Status status = loaded->processor.LoadFromSerializedProto(view(bytes, byte_count));
    if (!status.ok()) return converted(status);
    *model = loaded.release();
    return {0, nullptr};
  });
}

void espalier_sentencepiece_release(espalier_sentencepiece_model *model) { delete model; }

int32_t espalier_sentencepiece_piece_count(const espalier_sentencepiece_model *model) {
  return model->processor.GetPieceSize();
}

int32_t espalier_sentencepiece_unknown_id(const espalier_sentencepiece_model *model) {
  return model->processor.unk_id();
}

int32_t espalier_sentencepiece_beginning_id(const espalier_sentencepiece_model *model) {
  return model->processor.bos_id();
}

int32_t espalier_sentencepiece_end_id(const espalier_sentencepiece_model *model) {
  return model->processor.eos_id();
}

int32_t espalier_sentencepiece_padding_id(const espalier_sentencepiece_model *model) {
  return model->processor.pad_id();
}

CStatus espalier_sentencepiece_encode(
    const espalier_sentencepiece_model *model, const uint8_t *text, size_t byte_count,
    int32_t **ids, size_t *id_count) {
  return guarded([&]() -> CStatus {
    std::vector<int> encoded;
    const Status status = model->processor.Encode(view(text, byte_count), &encoded);
    if (!status.ok()) return converted(status);
    static_assert(sizeof(int) == sizeof(int32_t));
    return hand_out(encoded, ids, id_count);
  });
}

CStatus espalier_sentencepiece_decode(
    const espalier_sentencepiece_model *model, const int32_t *ids, size_t id_count,
    uint8_t **text, size_t *byte_count) {
  return guarded([&]() -> CStatus {
    // The library ends the process on an id outside the vocabulary.
    const int32_t piece_count = model->processor.GetPieceSize();
    std::vector<int> given(ids, ids + id_count);
    for (const int id : given) {
      if (id < 0 || id >= piece_count) {
        return failure(StatusCode::kOutOfRange, "id outside the vocabulary");
      }
    }
    std::string decoded;
    const Status status = model->processor.Decode(given, &decoded);
    if (!status.ok()) return converted(status);
    return hand_out(decoded, text, byte_count);
  });
}

CStatus espalier_sentencepiece_piece(
    const espalier_sentencepiece_model *model, int32_t id, uint8_t **text, size_t *byte_count) {
  return guarded([&]() -> CStatus {
    if (id < 0 || id >= model->processor.GetPieceSize()) {
      return failure(StatusCode::kOutOfRange, "id outside the vocabulary");
    }
    return hand_out(model->processor.IdToPiece(id), text, byte_count);
  });
}

void espalier_sentencepiece_free(void *memory) { std::free(memory); }

const char *espalier_sentencepiece_library_path(void) {
  Dl_info information;
  const auto symbol = reinterpret_cast<void *>(&sentencepiece::SetRandomGeneratorSeed);
  return dladdr(symbol, &information) != 0 ? information.dli_fname : nullptr;
}
