/**
 * Published vectors that `scrim psi selftest` runs; language-neutral in test/vectors/psi/vectors.json, which a test compares.
 * @module
 */

/** See the module; each block names its source, bytes are hex. */
export const vectors = {
  about: 'Published vectors behind private set intersection; each block names its source. Bytes are hex.',
  rfc7748: {
    source: 'RFC 7748, section 5.2',
    rows: [
      {
        scalar: 'a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4',
        u: 'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c',
        product: 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
      },
      {
        scalar: '4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d',
        u: 'e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493',
        product: '95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957',
      },
    ],
    iterated: {
      start: '0900000000000000000000000000000000000000000000000000000000000000',
      '1': '422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079',
      '1000': '684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51',
    },
  },
  elligator2: {
    source:
      'RFC 9380, appendix J.4.2, curve25519_XMD:SHA-512_ELL2_NU_; u is the field element, x that of Q, before the cofactor is cleared',
    tag: 'QUUX-V01-CS02-with-curve25519_XMD:SHA-512_ELL2_NU_',
    rows: [
      {
        message: '',
        u: '608d892b641f0328523802a6603427c26e55e6f27e71a91a478148d45b5093cd',
        x: '51125222da5e763d97f3c10fcc92ea6860b9ccbbd2eb1285728f566721c1e65b',
      },
      {
        message: 'abc',
        u: '46f5b22494bfeaa7f232cc8d054be68561af50230234d7d1d63d1d9abeca8da5',
        x: '7d56d1e08cb0ccb92baf069c18c49bb5a0dcd927eff8dcf75ca921ef7f3e6eeb',
      },
      {
        message: 'abcdef0123456789',
        u: '235fe40c443766ce7e18111c33862d66c3b33267efa50d50f9e8e5d252a40aaa',
        x: '3fbe66b9c9883d79e8407150e7c2a1c8680bee496c62fabe4619a72b3cabe90f',
      },
      {
        message:
          'q128_qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq',
        u: '001e92a544463bda9bd04ddbe3d6eed248f82de32f522669efc5ddce95f46f5b',
        x: '227e0bb89de700385d19ec40e857db6e6a3e634b1c32962f370d26f84ff19683',
      },
      {
        message:
          'a512_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
        u: '1a68a1af9f663592291af987203393f707305c7bac9c8d63d6a729bdc553dc19',
        x: '3bcd651ee54d5f7b6013898aab251ee8ecc0688166fce6e9548d38472f6bd196',
      },
    ],
  },
  sswu: {
    source: 'RFC 9380, appendix J.1.1, P256_XMD:SHA-256_SSWU_RO_; x of P',
    tag: 'QUUX-V01-CS02-with-P256_XMD:SHA-256_SSWU_RO_',
    rows: [
      {
        message: '',
        x: '2c15230b26dbc6fc9a37051158c95b79656e17a1a920b11394ca91c44247d3e4',
      },
      {
        message: 'abc',
        x: '0bb8b87485551aa43ed54f009230450b492fead5f1cc91658775dac4a3388a0f',
      },
      {
        message: 'abcdef0123456789',
        x: '65038ac8f2b1def042a5df0b33b1f4eca6bff7cb0f9c6c1526811864e544ed80',
      },
      {
        message:
          'q128_qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq',
        x: '4be61ee205094282ba8a2042bcb48d88dfbb609301c49aa8b078533dc65a0b5d',
      },
      {
        message:
          'a512_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
        x: '457ae2981f70ca85d8e24c308b14db22f3e3862c5ea0f652ca38b5e49cd64bc5',
      },
    ],
  },
  rfc9497: {
    source:
      'RFC 9497, appendix A.1.1 (ristretto255-SHA512) and A.3.1 (P256-SHA256), mode OPRF; seed a3 x 32, key info "test key"',
    seed: 'a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3',
    keyInfo: '74657374206b6579',
    suites: [
      {
        curve: 'ristretto255',
        key: '5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e',
        rows: [
          {
            input: '00',
            blind: '64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706',
            blinded: '609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c',
            evaluated: '7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e',
            output:
              '527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6',
          },
          {
            input: '5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
            blind: '64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706',
            blinded: 'da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418',
            evaluated: 'b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25',
            output:
              'f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e7621306d18951e7cf2c73',
          },
        ],
      },
      {
        curve: 'p256',
        key: '159749d750713afe245d2d39ccfaae8381c53ce92d098a9375ee70739c7ac0bf',
        rows: [
          {
            input: '00',
            blind: '3338fa65ec36e0290022b48eb562889d89dbfa691d1cde91517fa222ed7ad364',
            blinded: '03723a1e5c09b8b9c18d1dcbca29e8007e95f14f4732d9346d490ffc195110368d',
            evaluated: '030de02ffec47a1fd53efcdd1c6faf5bdc270912b8749e783c7ca75bb412958832',
            output: 'a0b34de5fa4c5b6da07e72af73cc507cceeb48981b97b7285fc375345fe495dd',
          },
          {
            input: '5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a',
            blind: '3338fa65ec36e0290022b48eb562889d89dbfa691d1cde91517fa222ed7ad364',
            blinded: '03cc1df781f1c2240a64d1c297b3f3d16262ef5d4cf102734882675c26231b0838',
            evaluated: '03a0395fe3828f2476ffcd1f4fe540e5a8489322d398be3c4e5a869db7fcb7c52c',
            output: 'c748ca6dd327f0ce85f4ae3a8cd6d4d5390bbb804c9e12dcf94f853fece3dcce',
          },
        ],
      },
    ],
  },
  sm2: {
    source: 'GB/T 32918.5-2017, appendix A.2: key pair of the signature example, x coordinate of dG',
    scalar: '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8',
    point: '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7',
    product: '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020',
  },
  sm3: {
    source: 'GB/T 32905-2016, appendix A.1 and A.2',
    rows: [
      {
        message: '616263',
        digest: '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
      },
      {
        message:
          '61626364616263646162636461626364616263646162636461626364616263646162636461626364616263646162636461626364616263646162636461626364',
        digest: 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
      },
    ],
  },
  sm4: {
    source: 'GB/T 32907-2016, appendix A.1',
    key: '0123456789abcdeffedcba9876543210',
    plain: '0123456789abcdeffedcba9876543210',
    cipher: '681edf34d206965e86b3e94f536e4246',
  },
} as const;
